using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Page;

/// <summary>What a person does with rooms.</summary>
[Collection(nameof(PageFixture))]
public sealed class RoomsTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task A_room_that_one_person_creates_appears_at_another_on_another_replica()
    {
        var here = await Fixture.OpenAsync("/");
        var there = await Fixture.OpenAsync("/", replica: 1);

        await CreateAsync(here, "Weekly planning");

        await Expect(Row(there, "Weekly planning")).ToBeVisibleAsync();
        await Expect(Badge(there, "Weekly planning")).ToHaveTextAsync("OPEN");
        await Expect(there.Locator("#feed")).ToContainTextAsync("“Weekly planning” was created");
    }

    [Fact]
    public async Task A_room_needs_a_name_that_works_and_the_page_says_which()
    {
        var page = await Fixture.OpenAsync("/");

        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToHaveTextAsync("Give the room a name.");

        await page.FillAsync("#room-name", "東京");
        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToContainTextAsync("Use letters A to Z");
    }

    [Fact]
    public async Task A_room_with_recordings_is_deleted_by_the_policy_that_the_person_chooses()
    {
        var page = await Fixture.OpenAsync("/");
        var other = await Fixture.OpenAsync("/", replica: 1);
        await RecordAsync(await CreateAsync(page, "Old room"));
        await Expect(Badge(page, "Old room")).ToHaveTextAsync("OPEN");

        await Row(page, "Old room").Locator("[data-role=delete]").ClickAsync();
        await PageFixture.KeepPictureAsync(page, "delete-light");
        await page.GetByLabel("Delete them too").CheckAsync();
        await page.ClickAsync("#confirm-yes");

        await Expect(Row(page, "Old room")).ToHaveCountAsync(0);
        await Expect(Row(other, "Old room")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_closed_room_cannot_be_joined()
    {
        var page = await Fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Closed room");
        using var answer = await Fixture.Application.Meet.PutAsJsonAsync(
            $"api/v1/rooms/{room}/status", new { status = "closed" }, Cancel);
        Assert.True(answer.IsSuccessStatusCode);

        await Expect(Badge(page, "Closed room")).ToHaveTextAsync("CLOSED");
        await Expect(page.Locator("#feed")).ToContainTextAsync("“Closed room” was closed");
        foreach (var role in (string[])["moderator", "speaker"])
        {
            var link = Row(page, "Closed room").Locator($"[data-role={role}]");
            await Expect(link).Not.ToHaveAttributeAsync("href", new Regex("."));
            await Expect(link).ToHaveAttributeAsync("aria-disabled", "true");
        }
    }

    [Fact]
    public async Task Five_hundred_rooms_can_be_searched_and_sorted()
    {
        var person = await Fixture.NewPersonAsync();
        var rooms = new JsonArray([.. Enumerable.Range(1, 500).Select(number => Room($"room-{number}", $"Room {number}", "open"))]);
        await ChangeNowAsync(person, now => now["rooms"] = rooms.DeepClone());
        var page = await Fixture.OpenAsync(person, "/");

        await Expect(page.Locator("#rooms li")).ToHaveCountAsync(500);
        await page.FillAsync("#rooms-search", "room 49");
        await Expect(page.Locator("#rooms li")).ToHaveCountAsync(11);
        await page.SelectOptionAsync("#rooms-sort", "name");
        Assert.Equal("Room 49", await page.Locator("#rooms .name").First.TextContentAsync());
        await page.FillAsync("#rooms-search", "no such name");
        await Expect(page.Locator("#rooms-empty")).ToContainTextAsync("no such name");
    }

    [Fact]
    public async Task A_double_click_creates_one_room_and_deletes_none()
    {
        var page = await Fixture.OpenAsync("/");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Method);
        await page.FillAsync("#room-name", "Clicked twice");

        await page.Locator("#create button").DblClickAsync();
        await Expect(Row(page, "Clicked twice")).ToHaveCountAsync(1);
        await Row(page, "Clicked twice").Locator("[data-role=delete]").ClickAsync();
        // The second click falls on the button of the dialog that the first one opened.
        await page.DispatchEventAsync("#confirm-yes", "click", new { detail = 2 });

        await page.ClickAsync("#confirm [value=cancel]");
        await Expect(Row(page, "Clicked twice")).ToHaveCountAsync(1);
        Assert.Single(asked, "POST");
        Assert.DoesNotContain("DELETE", asked);
    }

    [Fact]
    public async Task A_room_that_is_created_while_others_are_searched_for_is_shown()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Searched for one");
        await CreateAsync(page, "Searched for two");
        await page.FillAsync("#rooms-search", "Searched for");

        await CreateAsync(page, "Something else");

        await Expect(Row(page, "Something else")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_Meet_wants_to_know_before_it_deletes_a_room_is_asked_in_the_same_dialog()
    {
        var person = await Fixture.NewPersonAsync();
        // A page that knows of no recordings, as when somebody has just made the first one.
        await ChangeNowAsync(person, now =>
        {
            foreach (var room in now["rooms"]!.AsArray())
                room!["recordingCount"] = 0;
        });
        await RecordAsync(await CreateAsync(await Fixture.OpenAsync("/"), "Asked again"));
        var page = await Fixture.OpenAsync(person, "/");

        await Row(page, "Asked again").Locator("[data-role=delete]").ClickAsync();
        await page.ClickAsync("#confirm-yes");
        await Expect(page.Locator("#confirm-error")).ToContainTextAsync("because it has recordings");
        await page.GetByLabel("Keep them").CheckAsync();
        await page.ClickAsync("#confirm-yes");

        await Expect(page.Locator("#toast")).ToHaveTextAsync("“Asked again” was closed");
        await Expect(Badge(page, "Asked again")).ToHaveTextAsync("CLOSED");
    }

    [Fact]
    public async Task Deleting_a_room_that_is_gone_already_takes_it_off_the_list()
    {
        var page = await Fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Gone already");
        await Row(page, "Gone already").Locator("[data-role=delete]").ClickAsync();
        using var answer = await Fixture.Application.Meet.DeleteAsync($"api/v1/rooms/{room}", Cancel);
        Assert.True(answer.IsSuccessStatusCode);

        await page.RunAndWaitForRequestAsync(() => page.ClickAsync("#confirm-yes"), request => IsNow(request.Url));

        await Expect(page.Locator("#confirm")).ToBeHiddenAsync();
        await Expect(Row(page, "Gone already")).ToHaveCountAsync(0);
        await Expect(page.Locator("#toast")).ToHaveTextAsync("“Gone already” was deleted before");
    }

    [Fact]
    public async Task A_room_is_joined_by_the_links_of_newer_versions_where_they_are_switched_on()
    {
        var page = await Fixture.OpenAsync("/");
        var room = Room($"new-shape-{Guid.NewGuid():N}", "New shape", "open");
        room["access"] = JsonNode.Parse(
            """
            {"anonymous":{"moderator":{"enabled":true,"url":"http://elsewhere/room/new?secret=1"},
            "speaker":{"enabled":false,"url":"http://elsewhere/room/new?secret=2"}}}
            """);

        await DeliverAsync("meetingEnded", room);

        await Expect(Row(page, "New shape").Locator("[data-role=moderator]")).ToHaveAttributeAsync("href", new Regex("role=moderator$"));
        await Expect(Row(page, "New shape").Locator("[data-role=speaker]")).ToHaveAttributeAsync("aria-disabled", "true");
    }
}
