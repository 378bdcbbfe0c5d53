using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Page;

/// <summary>What a person does with the page, in a real browser.</summary>
public sealed class PageTests(PageFixture fixture) : IClassFixture<PageFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_room_that_one_person_creates_appears_at_another_on_another_replica()
    {
        var here = await fixture.OpenAsync("/");
        var there = await fixture.OpenAsync("/", replica: 1);

        await CreateAsync(here, "Weekly planning");

        await Expect(Row(there, "Weekly planning")).ToBeVisibleAsync(Visible);
        await Expect(Badge(there, "Weekly planning")).ToHaveTextAsync("OPEN");
        await Expect(there.Locator("#feed")).ToContainTextAsync("“Weekly planning” was created");
    }

    [Fact]
    public async Task A_room_needs_a_name_that_works_and_the_page_says_which()
    {
        var page = await fixture.OpenAsync("/");

        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToHaveTextAsync("Give the room a name.");

        await page.FillAsync("#room-name", "東京");
        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToContainTextAsync("Use letters A to Z");
    }

    [Fact]
    public async Task A_meeting_with_a_recording_goes_its_way_and_everybody_sees_it()
    {
        var moderator = await fixture.OpenAsync("/");
        var other = await fixture.OpenAsync("/", replica: 1);
        await CreateAsync(moderator, "Design review");

        await Row(moderator, "Design review").GetByText("Join as moderator").ClickAsync();
        var room = moderator.FrameLocator("iframe");
        await room.Locator("#name").FillAsync("Ada");
        await room.GetByText("Join meeting").ClickAsync();
        await Expect(moderator.Locator("#meeting-title")).ToHaveTextAsync("Design review");
        await Expect(moderator.Locator("#end-meeting")).ToBeVisibleAsync(Visible);
        await Expect(Badge(other, "Design review")).ToHaveTextAsync("ACTIVE", Text);

        await Row(other, "Design review").GetByText("Join as speaker").ClickAsync();
        await other.FrameLocator("iframe").GetByText("Join meeting").ClickAsync();
        await Expect(room.Locator("#people li")).ToHaveCountAsync(2, Count);
        await Expect(other.Locator("#end-meeting")).ToBeHiddenAsync();

        await room.GetByText("Start recording").ClickAsync();
        await room.GetByText("Stop recording").ClickAsync();
        await Expect(room.GetByText("Play")).ToBeVisibleAsync(Visible);
        await PageFixture.KeepPictureAsync(moderator, "meeting-light");

        await moderator.ClickAsync("#end-meeting");
        await Expect(moderator.Locator("#toast")).ToHaveTextAsync("You ended the meeting.");
        await Expect(other.Locator("#toast")).ToHaveTextAsync("The meeting was ended by the moderator.");
        await Expect(Badge(other, "Design review")).ToHaveTextAsync("OPEN", Text);

        await Row(other, "Design review").GetByText("Recordings").ClickAsync();
        await Expect(other).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/recordings\?room=Design\+review$"));
        await other.Locator("#recordings").GetByText("Play").ClickAsync();
        var video = other.FrameLocator("iframe").Locator("video");
        await Expect(video).ToBeVisibleAsync(Visible);
        await Eventually.TrueAsync(async () => await video.EvaluateAsync<int>("video => video.readyState") >= 2);
    }

    [Fact]
    public async Task A_room_with_recordings_is_deleted_by_the_policy_that_the_person_chooses()
    {
        var page = await fixture.OpenAsync("/");
        var other = await fixture.OpenAsync("/", replica: 1);
        await CreateAsync(page, "Old room");
        await SimulateAsync(HttpMethod.Post, "Old room/meeting");
        await SimulateAsync(HttpMethod.Post, "Old room/recording");
        await SimulateAsync(HttpMethod.Delete, "Old room/meeting");
        await Expect(Badge(page, "Old room")).ToHaveTextAsync("OPEN", Text);
        await Eventually.TrueAsync(async () => (await RecordingsAsync("Old room")).All(one => (string?)one!["status"] == "complete"));

        await Row(page, "Old room").Locator("[data-role=delete]").ClickAsync();
        await page.ClickAsync("#confirm-yes");
        await Expect(page.Locator("#confirm-text")).ToContainTextAsync("because it has recordings");
        await PageFixture.KeepPictureAsync(page, "delete-light");
        await page.Locator("#confirm-choices select").SelectOptionAsync("force");
        await page.ClickAsync("#confirm-yes");

        await Expect(Row(page, "Old room")).ToHaveCountAsync(0, Count);
        await Expect(Row(other, "Old room")).ToHaveCountAsync(0, Count);
    }

    [Fact]
    public async Task A_closed_room_cannot_be_joined()
    {
        var page = await fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Closed room");
        using var answer = await fixture.Application.Meet.PutAsJsonAsync(
            $"api/v1/rooms/{room}/status", new { status = "closed" }, Cancel);
        Assert.True(answer.IsSuccessStatusCode);

        await page.ReloadAsync();

        await Expect(Badge(page, "Closed room")).ToHaveTextAsync("CLOSED", Text);
        await Expect(Row(page, "Closed room").Locator("[data-role=moderator]")).Not.ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("."));
    }

    [Theory]
    [InlineData("<img src=x onerror=\"document.title='broken in'\">")]
    [InlineData("\"'`; -- {{version}} <!--")]
    [InlineData("🚀 東京 \u2028 end")]
    public async Task A_name_from_outside_is_text_whatever_it_holds(string name)
    {
        var page = await fixture.OpenAsync("/");
        var roomId = $"hostile-{Guid.NewGuid():N}";

        await DeliverAsync("meetingStarted", Room(roomId, name, "active_meeting"));

        var row = page.Locator($"li[data-key={roomId}]");
        await Expect(row.Locator(".badge")).ToHaveTextAsync("ACTIVE", Text);
        Assert.Equal(name, await row.Locator(".name").TextContentAsync());
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.NotEqual("broken in", await page.TitleAsync());
        await DeliverAsync("roomDeleted", new JsonObject { ["roomId"] = roomId });
    }

    [Fact]
    public async Task What_arrives_late_changes_nothing_and_brings_nothing_back()
    {
        var page = await fixture.OpenAsync("/");
        var roomId = $"late-{Guid.NewGuid():N}";
        var now = DateTimeOffset.UtcNow;
        await DeliverAsync("meetingEnded", Room(roomId, "Late room", "open"), now);
        await DeliverAsync("meetingStarted", Room(roomId, "Late room", "active_meeting"), now.AddSeconds(-20));
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "first seen" });
        await Expect(page.Locator("#feed")).ToContainTextAsync("first seen", Contain);
        await Expect(page.Locator($"li[data-key={roomId}] .badge")).ToHaveTextAsync("OPEN");

        var gone = Room(roomId, "Late room", "active_meeting");
        gone["meetingEndAction"] = "delete";
        await DeliverAsync("meetingEnded", gone, now.AddSeconds(1));
        await Expect(page.Locator($"li[data-key={roomId}]")).ToHaveCountAsync(0, Count);
        await DeliverAsync("meetingStarted", Room(roomId, "Late room", "active_meeting"), now.AddSeconds(2));
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "second seen" });
        await Expect(page.Locator("#feed")).ToContainTextAsync("second seen", Contain);
        await Expect(page.Locator($"li[data-key={roomId}]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_recording_that_failed_is_not_offered_for_playing()
    {
        var page = await fixture.OpenAsync("/recordings");
        foreach (var status in (string[])["complete", "failed", "aborted", "limit_reached", "active"])
        {
            await DeliverAsync("recordingEnded", new JsonObject
            {
                ["recordingId"] = $"r-{status}", ["roomId"] = "r", ["roomName"] = status, ["status"] = status, ["startDate"] = 1.5,
            });
        }

        await Expect(page.Locator("#recordings li[data-key=r-active]")).ToBeVisibleAsync(Visible);
        await Expect(page.Locator("li[data-key=r-complete] [data-role=play]")).ToBeVisibleAsync();
        foreach (var status in (string[])["failed", "aborted", "limit_reached", "active"])
            await Expect(page.Locator($"li[data-key=r-{status}] [data-role=play]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task All_tabs_of_a_browser_share_one_stream_and_another_takes_over_when_its_tab_goes()
    {
        var person = await fixture.NewPersonAsync();
        var streams = 0;
        person.Request += (_, request) => streams += new Uri(request.Url).AbsolutePath == "/events" ? 1 : 0;
        var leader = await fixture.OpenAsync(person, "/");
        var second = await fixture.OpenAsync(person, "/");
        var third = await fixture.OpenAsync(person, "/recordings");
        Assert.Equal(1, streams);

        await DeliverAsync("testEvent", new JsonObject { ["message"] = "to all tabs" });
        foreach (var tab in (IPage[])[leader, second, third])
            await Expect(tab.Locator("#feed")).ToContainTextAsync("to all tabs", Contain);

        await leader.CloseAsync();
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "after the change" });
        await Expect(second.Locator("#feed")).ToContainTextAsync("after the change", Contain);
        await Expect(third.Locator("#feed")).ToContainTextAsync("after the change", Contain);
        Assert.Equal(2, streams);
    }

    [Fact]
    public async Task Only_the_row_that_changed_is_touched_so_that_the_focus_stays()
    {
        var page = await fixture.OpenAsync("/");
        await CreateAsync(page, "Focused room");
        await CreateAsync(page, "Busy room");
        await Row(page, "Focused room").Locator("[data-role=delete]").FocusAsync();
        await Row(page, "Focused room").EvaluateAsync("row => row.dataset.mark = 'same'");

        await SimulateAsync(HttpMethod.Post, "Busy room/meeting");
        await Expect(Badge(page, "Busy room")).ToHaveTextAsync("ACTIVE", Text);

        Assert.Equal("same", await Row(page, "Focused room").GetAttributeAsync("data-mark"));
        Assert.Equal("Delete Focused room", await page.EvaluateAsync<string>("document.activeElement.textContent.slice(1)"));
        await SimulateAsync(HttpMethod.Delete, "Busy room/meeting");
    }

    [Fact]
    public async Task Each_view_has_an_address_for_reload_and_the_back_button()
    {
        var page = await fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Address room");

        await page.ClickAsync("[data-nav=recordings]");
        await page.FillAsync("#recordings-room", "Address");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/recordings\?room=Address$"));
        await page.ReloadAsync();
        await Expect(page.Locator("#recordings-room")).ToHaveValueAsync("Address");
        await page.GoBackAsync();
        await Expect(page.Locator("#rooms-view")).ToBeVisibleAsync();

        await page.GotoAsync($"{new Uri(page.Url).GetLeftPart(UriPartial.Authority)}/rooms/{room}?role=speaker");
        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync(Visible);
        await Expect(page.Locator("#meeting-title")).ToHaveTextAsync("Address room");
    }

    [Fact]
    public async Task The_focus_stays_when_a_row_before_it_goes()
    {
        var page = await fixture.OpenAsync("/");
        await CreateAsync(page, "Focus stays here");
        var earlier = await CreateAsync(page, "This one goes");
        await Row(page, "Focus stays here").Locator("[data-role=delete]").FocusAsync();

        using var answer = await fixture.Application.Api.DeleteAsync($"rooms/{earlier}", Cancel);

        await Expect(Row(page, "This one goes")).ToHaveCountAsync(0, Count);
        Assert.Equal(
            "Delete Focus stays here", await page.EvaluateAsync<string>("document.activeElement.textContent.slice(1)"));
    }

    [Fact]
    public async Task After_a_wiped_log_the_page_reads_its_lists_afresh_and_goes_on()
    {
        var page = await fixture.OpenAsync("/");
        await CreateAsync(page, "Before the wipe");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(fixture.Application.Redis + ",allowAdmin=true");
        var lists = 0;
        page.Request += (_, request) => lists += new Uri(request.Url).AbsolutePath == "/rooms" ? 1 : 0;

        await redis.GetServers()[0].FlushAllDatabasesAsync();
        await SimulateAsync(HttpMethod.Post, "Before the wipe/meeting");

        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("ACTIVE", Text);
        await SimulateAsync(HttpMethod.Delete, "Before the wipe/meeting");
        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("OPEN", Text);
        await Eventually.TrueAsync(() => lists == 1);
    }

    [Fact]
    public async Task A_page_that_was_offline_says_so_and_catches_up()
    {
        var person = await fixture.NewPersonAsync();
        var page = await fixture.OpenAsync(person, "/");
        await CreateAsync(page, "Offline room");

        await person.SetOfflineAsync(true);
        await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "offline", PageFixture.Patient);
        await SimulateAsync(HttpMethod.Post, "Offline room/meeting");
        await person.SetOfflineAsync(false);

        await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "live", PageFixture.Patient);
        await Expect(Badge(page, "Offline room")).ToHaveTextAsync("ACTIVE", Text);
        await SimulateAsync(HttpMethod.Delete, "Offline room/meeting");
    }

    [Fact]
    public async Task Five_hundred_rooms_can_be_searched_and_sorted()
    {
        var person = await fixture.NewPersonAsync();
        var rooms = new JsonArray([.. Enumerable.Range(1, 500).Select(number => Room($"room-{number}", $"Room {number}", "open"))]);
        await person.RouteAsync(url => new Uri(url).AbsolutePath == "/rooms", async route => await route.FulfillAsync(
            new RouteFulfillOptions
            {
                ContentType = "application/json",
                Body = new JsonObject { ["rooms"] = rooms.DeepClone() }.ToJsonString(),
            }));
        var page = await fixture.OpenAsync(person, "/");

        await Expect(page.Locator("#rooms li")).ToHaveCountAsync(500, Count);
        await page.FillAsync("#rooms-search", "room 49");
        await Expect(page.Locator("#rooms li")).ToHaveCountAsync(11, Count);
        await page.SelectOptionAsync("#rooms-sort", "name");
        Assert.Equal("Room 49", await page.Locator("#rooms .name").First.TextContentAsync());
        await page.FillAsync("#rooms-search", "no such name");
        await Expect(page.Locator("#rooms-empty")).ToContainTextAsync("no such name");
    }

    [Fact]
    public async Task With_Meet_down_the_page_says_what_to_check_and_goes_on_living()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Meet:ServerUrl", "http://127.0.0.1:1"));
        var person = await fixture.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.GotoAsync(application.FrontDoor.BaseAddress!.ToString());

        await Expect(page.Locator("#rooms-problem")).ToContainTextAsync("Check that it runs", Contain);
        await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "live", PageFixture.Patient);
        await application.DeliverAsync(Delivery.Event("testEvent", """{"message":"still alive"}"""));
        await Expect(page.Locator("#feed")).ToContainTextAsync("still alive", Contain);

        await page.GotoAsync($"{application.FrontDoor.BaseAddress}rooms/any-room");
        await Expect(page.Locator("#meeting-problem")).ToContainTextAsync("Check that it runs", Contain);
    }

    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/", ColorScheme.Dark)]
    [InlineData("/recordings", ColorScheme.Light)]
    [InlineData("/recordings", ColorScheme.Dark)]
    [InlineData("/rooms/no-such-room", ColorScheme.Light)]
    [InlineData("/rooms/no-such-room", ColorScheme.Dark)]
    public async Task No_view_has_a_barrier_that_axe_finds(string address, ColorScheme scheme)
    {
        var page = await fixture.OpenAsync(address, scheme: scheme);
        if (address == "/")
            await CreateAsync(page, $"Axe {scheme}");

        var result = await page.RunAxe();

        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
    }

    [Fact]
    public async Task Nothing_that_the_page_loads_breaks_its_policy()
    {
        var person = await fixture.NewPersonAsync();
        var errors = new List<string>();
        person.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        var page = await fixture.OpenAsync(person, "/");
        await CreateAsync(page, "Policy room");
        await Row(page, "Policy room").GetByText("Join as speaker").ClickAsync();
        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync(Visible);

        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, false)]
    [InlineData(ColorScheme.Light, true)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task Its_views_fit_the_screen(ColorScheme scheme, bool isPhone)
    {
        var page = await fixture.OpenAsync("/", scheme: scheme, isPhone: isPhone);
        await CreateAsync(page, "A room with quite a long name as they come");
        foreach (var address in (string[])["/", "/recordings"])
        {
            await page.GotoAsync(new Uri(new Uri(page.Url), address).ToString());
            await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "live", PageFixture.Patient);

            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
            var name = address == "/" ? "rooms" : "recordings";
            await PageFixture.KeepPictureAsync(page, $"{name}-{scheme}-{(isPhone ? "phone" : "wide")}".ToLowerInvariant());
        }
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static float Patience => (float)Eventually.Limit.TotalMilliseconds;

    private static LocatorAssertionsToBeVisibleOptions Visible => new() { Timeout = Patience };

    private static LocatorAssertionsToHaveTextOptions Text => new() { Timeout = Patience };

    private static LocatorAssertionsToContainTextOptions Contain => new() { Timeout = Patience };

    private static LocatorAssertionsToHaveCountOptions Count => new() { Timeout = Patience };

    private static ILocator Row(IPage page, string name) =>
        page.Locator("#rooms li", new PageLocatorOptions { HasText = name });

    private static ILocator Badge(IPage page, string name) => Row(page, name).Locator(".badge");

    private static async Task<string> CreateAsync(IPage page, string name)
    {
        await page.FillAsync("#room-name", name);
        await page.ClickAsync("#create button");
        await Expect(Row(page, name).First).ToBeVisibleAsync(Visible);
        return (await Row(page, name).First.GetAttributeAsync("data-key"))!;
    }

    private async Task SimulateAsync(HttpMethod method, string what)
    {
        var path = string.Join('/', what.Split('/').Select(Uri.EscapeDataString));
        using var request = new HttpRequestMessage(method, $"simulation/rooms/{path}");
        using var answer = await fixture.Application.Meet.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<JsonArray> RecordingsAsync(string room)
    {
        var answer = await fixture.Application.FrontDoor.GetFromJsonAsync<JsonObject>(
            $"recordings?room={Uri.EscapeDataString(room)}", Cancel);
        return answer!["recordings"]!.AsArray();
    }

    private Task DeliverAsync(string name, JsonObject data, DateTimeOffset? at = null)
    {
        var webhook = new JsonObject
        {
            ["event"] = name,
            ["creationDate"] = (at ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds(),
            ["data"] = data.DeepClone(),
        };
        return fixture.Application.DeliverAsync(Delivery.Sign(webhook.ToJsonString(JsonSerializerOptions.Default)));
    }

    private static JsonObject Room(string roomId, string name, string status) => new()
    {
        ["roomId"] = roomId,
        ["roomName"] = name,
        ["status"] = status,
        ["meetingEndAction"] = "none",
        ["creationDate"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    };
}
