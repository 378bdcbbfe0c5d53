using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Page;

/// <summary>Addresses, history, and what the page lets in.</summary>
[Collection(nameof(PageFixture))]
public sealed class AddressTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task Each_view_has_an_address_for_reload_and_the_back_button()
    {
        var page = await Fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Address room");

        await page.ClickAsync("[data-nav=recordings]");
        await page.FillAsync("#recordings-room", "Address");
        await Expect(page).ToHaveURLAsync(new Regex(@"/recordings\?room=Address$"));
        await page.ReloadAsync();
        await Expect(page.Locator("#recordings-room")).ToHaveValueAsync("Address");
        await page.GoBackAsync();
        await Expect(page.Locator("#rooms-view")).ToBeVisibleAsync();

        await page.GotoAsync($"{new Uri(page.Url).GetLeftPart(UriPartial.Authority)}/rooms/{room}?role=speaker");
        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync();
        await Expect(page.Locator("#meeting-title")).ToHaveTextAsync("Address room");
    }

    [Theory]
    [InlineData("<img src=x onerror=\"document.title='broken in'\">")]
    [InlineData("\"'`; -- {{version}} <!--")]
    [InlineData("🚀 東京 \u2028 end")]
    public async Task A_name_from_outside_is_text_whatever_it_holds(string name)
    {
        var page = await Fixture.OpenAsync("/");
        var roomId = $"hostile-{Guid.NewGuid():N}";

        await DeliverAsync("meetingStarted", Room(roomId, name, "active_meeting"));

        var row = page.Locator($"li[data-key={roomId}]");
        await Expect(row.Locator(".badge")).ToHaveTextAsync("ACTIVE");
        Assert.Equal(name, await row.Locator(".name").TextContentAsync());
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.NotEqual("broken in", await page.TitleAsync());
        await DeliverAsync("roomDeleted", new JsonObject { ["roomId"] = roomId });
    }

    [Fact]
    public async Task Nothing_that_the_page_loads_breaks_its_policy()
    {
        var person = await Fixture.NewPersonAsync();
        var errors = new List<string>();
        person.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        var page = await Fixture.OpenAsync(person, "/");
        await EnterNewRoomAsync(page, "Policy room");

        Assert.Empty(errors);
    }
}
