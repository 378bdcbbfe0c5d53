using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>What a person does with the page, in a real browser.</summary>
public abstract class PageTest(PageFixture fixture) : IAsyncDisposable
{
    /// <summary>The browser and the application.</summary>
    protected PageFixture Fixture { get; } = fixture;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    protected static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    protected static ILocator Row(IPage page, string name) =>
        page.Locator("#rooms li", new PageLocatorOptions { HasText = name });

    protected static ILocator Badge(IPage page, string name) => Row(page, name).Locator(".badge");

    /// <summary>Waits until the page says how up to date it is.</summary>
    protected static Task ExpectStateAsync(IPage page, string state) =>
        Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", state);

    /// <summary>Whether an address is that of all that there is now.</summary>
    protected static bool IsNow(string url) => new Uri(url).AbsolutePath == "/now";

    /// <summary>Whether an address is that of the changes.</summary>
    protected static bool IsChanges(string url) => new Uri(url).AbsolutePath == "/changes";

    /// <summary>What has the focus, as it is read out.</summary>
    protected static Task<string> FocusAsync(IPage page) => page.EvaluateAsync<string>(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Fixture.CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a page without waiting until it is up to date.</summary>
    protected async Task<IPage> GoAsync(IBrowserContext person, string address = "/")
    {
        var page = await person.NewPageAsync();
        page.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
        await page.GotoAsync(new Uri(Fixture.Application.FrontDoor.BaseAddress!, address).ToString());
        return page;
    }

    /// <summary>Creates a room by no page.</summary>
    protected async Task CreateElsewhereAsync(string name)
    {
        using var answer = await Fixture.Application.Api.PostAsJsonAsync("rooms", new { roomName = name }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Has the browser get what there is now with changes.</summary>
    protected static Task ChangeNowAsync(IBrowserContext person, Action<JsonObject> change) =>
        person.RouteAsync(IsNow, async route =>
        {
            var answer = await route.FetchAsync();
            var now = JsonNode.Parse(await answer.TextAsync())!.AsObject();
            change(now);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = now.ToJsonString() });
        });

    /// <summary>Has a request answered with JSON.</summary>
    protected static Task AnswerAsync(IRoute route, int status, string json) => route.FulfillAsync(
        new RouteFulfillOptions { Status = status, ContentType = "application/json", Body = json });

    /// <summary>Creates a room by the form.</summary>
    /// <returns>Its id.</returns>
    protected static async Task<string> CreateAsync(IPage page, string name)
    {
        await page.FillAsync("#room-name", name);
        await page.ClickAsync("#create button");
        await Expect(Row(page, name).First).ToBeVisibleAsync();
        return (await Row(page, name).First.GetAttributeAsync("data-key"))!;
    }

    /// <summary>Creates a room, and goes as far as to where one can join the meeting in it.</summary>
    protected static async Task EnterNewRoomAsync(IPage page, string name, string role = "speaker")
    {
        await CreateAsync(page, name);
        await Row(page, name).GetByText($"Join as {role}").ClickAsync();
        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync();
    }

    /// <summary>Goes through the views by links, by their addresses, and back, from the page with the rooms.</summary>
    /// <param name="page">The page, up to date.</param>
    /// <param name="root">Its address.</param>
    protected static async Task GoThroughViewsAsync(IPage page, Uri root)
    {
        var room = await CreateAsync(page, "Viewed room");
        await Row(page, "Viewed room").GetByText("Join as speaker").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(root, $"rooms/{room}?role=speaker").ToString());
        await page.ReloadAsync();
        await Expect(page.Locator("#meeting-title")).ToHaveTextAsync("Viewed room");
        await page.GetByText("Back to the rooms").ClickAsync();
        await Expect(page).ToHaveURLAsync(root.ToString());

        await page.ClickAsync("[data-nav=recordings]");
        await Expect(page).ToHaveURLAsync(new Uri(root, "recordings").ToString());
        await page.FillAsync("#recordings-room", "Viewed");
        await Expect(page).ToHaveURLAsync(new Uri(root, "recordings?room=Viewed").ToString());
        await page.ReloadAsync();
        await Expect(page.Locator("#recordings-room")).ToHaveValueAsync("Viewed");
        await page.GoBackAsync();
        await Expect(page.Locator("#rooms-view")).ToBeVisibleAsync();
        await ExpectStateAsync(page, "current");
    }

    /// <summary>Lets the simulator do what else a meeting's people would.</summary>
    protected async Task SimulateAsync(HttpMethod method, string what)
    {
        var path = string.Join('/', what.Split('/').Select(Uri.EscapeDataString));
        using var request = new HttpRequestMessage(method, $"simulation/rooms/{path}");
        using var answer = await Fixture.Application.Meet.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Holds a meeting in a room, and records it.</summary>
    protected async Task RecordAsync(string roomId)
    {
        await SimulateAsync(HttpMethod.Post, $"{roomId}/meeting");
        await SimulateAsync(HttpMethod.Post, $"{roomId}/recording");
        await SimulateAsync(HttpMethod.Delete, $"{roomId}/meeting");
        await Eventually.TrueAsync(async () =>
        {
            var answer = await Fixture.Application.FrontDoor.GetFromJsonAsync<JsonObject>("recordings", Cancel);
            return answer!["recordings"]!.AsArray().Any(
                one => (string?)one!["roomId"] == roomId && (string?)one["status"] == "complete");
        });
    }

    /// <summary>Delivers a webhook as Meet would.</summary>
    protected Task DeliverAsync(string name, JsonObject data, DateTimeOffset? at = null)
    {
        var webhook = new JsonObject
        {
            ["event"] = name,
            ["creationDate"] = (at ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds(),
            ["data"] = data.DeepClone(),
        };
        return Fixture.Application.DeliverAsync(Delivery.Sign(webhook.ToJsonString(JsonSerializerOptions.Default)));
    }

    protected static JsonObject Room(string roomId, string name, string status) => new()
    {
        ["roomId"] = roomId,
        ["roomName"] = name,
        ["status"] = status,
        ["meetingEndAction"] = "none",
        ["creationDate"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    };
}
