using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>What happens elsewhere, shown without a gap and without a reload.</summary>
[Collection(nameof(PageFixture))]
public sealed class LiveTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task All_tabs_of_a_browser_share_one_stream_and_another_takes_over_when_its_tab_goes()
    {
        var person = await Fixture.NewPersonAsync();
        var streams = 0;
        person.Request += (_, request) => streams += new Uri(request.Url).AbsolutePath == "/events" ? 1 : 0;
        var leader = await Fixture.OpenAsync(person, "/");
        var second = await Fixture.OpenAsync(person, "/");
        var third = await Fixture.OpenAsync(person, "/recordings");
        Assert.Equal(1, streams);

        await DeliverAsync("testEvent", new JsonObject { ["message"] = "to all tabs" });
        foreach (var tab in (IPage[])[leader, second, third])
            await Expect(tab.Locator("#feed")).ToContainTextAsync("to all tabs");

        await leader.CloseAsync();
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "after the change" });
        await Expect(second.Locator("#feed")).ToContainTextAsync("after the change");
        await Expect(third.Locator("#feed")).ToContainTextAsync("after the change");
        Assert.Equal(2, streams);
    }

    [Fact]
    public async Task What_arrives_late_changes_nothing_and_brings_nothing_back()
    {
        var page = await Fixture.OpenAsync("/");
        var roomId = $"late-{Guid.NewGuid():N}";
        var now = DateTimeOffset.UtcNow;
        await DeliverAsync("meetingEnded", Room(roomId, "Late room", "open"), now);
        await DeliverAsync("meetingStarted", Room(roomId, "Late room", "active_meeting"), now.AddSeconds(-20));
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "first seen" });
        await Expect(page.Locator("#feed")).ToContainTextAsync("first seen");
        await Expect(page.Locator($"li[data-key={roomId}] .badge")).ToHaveTextAsync("OPEN");

        var gone = Room(roomId, "Late room", "active_meeting");
        gone["meetingEndAction"] = "delete";
        await DeliverAsync("meetingEnded", gone, now.AddSeconds(1));
        await Expect(page.Locator($"li[data-key={roomId}]")).ToHaveCountAsync(0);
        await DeliverAsync("meetingStarted", Room(roomId, "Late room", "active_meeting"), now.AddSeconds(2));
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "second seen" });
        await Expect(page.Locator("#feed")).ToContainTextAsync("second seen");
        await Expect(page.Locator($"li[data-key={roomId}]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task After_a_wiped_log_the_page_reads_its_lists_afresh_and_goes_on()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Before the wipe");
        var lists = 0;
        page.Request += (_, request) => lists += new Uri(request.Url).AbsolutePath == "/rooms" ? 1 : 0;

        await WipedLog.WipeAsync(Fixture.Application.Redis);
        await SimulateAsync(HttpMethod.Post, "Before the wipe/meeting");

        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("ACTIVE");
        await SimulateAsync(HttpMethod.Delete, "Before the wipe/meeting");
        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("OPEN");
        await Eventually.TrueAsync(() => lists == 1);
    }

    [Fact]
    public async Task A_page_that_was_offline_says_so_and_catches_up()
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/");
        await CreateAsync(page, "Offline room");

        await person.SetOfflineAsync(true);
        await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "offline");
        await SimulateAsync(HttpMethod.Post, "Offline room/meeting");
        await person.SetOfflineAsync(false);

        await Expect(page.Locator("#connection")).ToHaveAttributeAsync("data-state", "live");
        await Expect(Badge(page, "Offline room")).ToHaveTextAsync("ACTIVE");
        await SimulateAsync(HttpMethod.Delete, "Offline room/meeting");
    }

    [Fact]
    public async Task When_the_leading_tab_is_put_to_sleep_another_takes_over_and_both_are_right_in_the_end()
    {
        var person = await Fixture.NewPersonAsync();
        var leader = await Fixture.OpenAsync(person, "/");
        var second = await Fixture.OpenAsync(person, "/");
        // A page that a debugger holds does nothing either, and keeps its lock.
        var sleep = await person.NewCDPSessionAsync(leader);
        await sleep.SendAsync("Debugger.enable");
        await sleep.SendAsync("Debugger.pause");

        await DeliverAsync("testEvent", new JsonObject { ["message"] = "while one sleeps" });
        await Expect(second.Locator("#feed")).ToContainTextAsync("while one sleeps");
        await sleep.SendAsync("Debugger.resume");
        await sleep.SendAsync("Debugger.disable");
        var room = await CreateAsync(second, "After the sleep");

        await Expect(leader.Locator($"li[data-key={room}]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_locks_each_tab_has_a_stream_of_its_own()
    {
        var person = await Fixture.NewPersonAsync();
        // As on a page that came by http from another machine.
        await person.AddInitScriptAsync("Object.defineProperty(navigator, 'locks', { value: undefined })");
        var streams = 0;
        person.Request += (_, request) => streams += new Uri(request.Url).AbsolutePath == "/events" ? 1 : 0;
        var first = await Fixture.OpenAsync(person, "/");
        var second = await Fixture.OpenAsync(person, "/");

        await DeliverAsync("testEvent", new JsonObject { ["message"] = "without locks" });

        await Expect(first.Locator("#feed")).ToContainTextAsync("without locks");
        await Expect(second.Locator("#feed")).ToContainTextAsync("without locks");
        Assert.Equal(2, streams);
    }

    [Fact]
    public async Task A_stream_that_is_refused_is_tried_again_until_it_is_given()
    {
        var person = await Fixture.NewPersonAsync();
        var refusals = new Queue<int>([503, 429]);
        await person.RouteAsync(url => new Uri(url).AbsolutePath == "/events", route => refusals.TryDequeue(out var status)
            ? route.FulfillAsync(new RouteFulfillOptions { Status = status })
            : route.ContinueAsync());

        var page = await Fixture.OpenAsync(person, "/");
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "at last" });

        await Expect(page.Locator("#feed")).ToContainTextAsync("at last");
        Assert.Empty(refusals);
    }

    [Fact]
    public async Task What_happens_while_the_page_reads_its_lists_is_not_lost()
    {
        var other = await Fixture.OpenAsync("/", replica: 1);
        var person = await Fixture.NewPersonAsync();
        var isRead = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        await person.RouteAsync(url => new Uri(url).AbsolutePath == "/rooms", async route =>
        {
            var answer = await route.FetchAsync();
            isRead.TrySetResult();
            await mayAnswer.Task;
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });
        var page = await person.NewPageAsync();
        await page.GotoAsync(Fixture.Application.FrontDoor.BaseAddress!.ToString());
        await isRead.Task.WaitAsync(Cancel);

        var room = await CreateAsync(other, "In between");
        mayAnswer.SetResult();

        await Expect(page.Locator($"li[data-key={room}]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_page_is_there_before_Meet_answers()
    {
        var person = await Fixture.NewPersonAsync();
        await person.RouteAsync(
            url => new Uri(url).AbsolutePath is "/rooms" or "/recordings", _ => Task.CompletedTask);
        var page = await person.NewPageAsync();

        await page.GotoAsync(Fixture.Application.FrontDoor.BaseAddress!.ToString());

        await Expect(page.Locator("#create")).ToBeVisibleAsync();
        await Expect(page.Locator("#rooms-empty")).ToHaveTextAsync("Reading the rooms…");
    }

    [Fact]
    public async Task An_answer_from_before_the_end_of_a_meeting_does_not_bring_the_meeting_back()
    {
        var page = await Fixture.OpenAsync("/");
        var roomId = $"answer-{Guid.NewGuid():N}";
        await DeliverAsync("meetingEnded", Room(roomId, "Answered late", "closed"));
        var answer = Room(roomId, "Answered late", "active_meeting");
        answer["meetingEndAction"] = "close";

        await DeliverAsync("roomUpdated", answer);
        await DeliverAsync("testEvent", new JsonObject { ["message"] = "answer seen" });

        await Expect(page.Locator("#feed")).ToContainTextAsync("answer seen");
        await Expect(page.Locator($"li[data-key={roomId}] .badge")).ToHaveTextAsync("CLOSED");
    }

    [Fact]
    public async Task What_an_event_does_not_say_of_a_room_stays_as_it_was()
    {
        var page = await Fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Said in part");

        await DeliverAsync("meetingStarted", new JsonObject { ["roomId"] = room, ["status"] = "active_meeting" });

        await Expect(Badge(page, "Said in part")).ToHaveTextAsync("ACTIVE");
        await Expect(Row(page, "Said in part").Locator("[data-role=speaker]")).ToHaveAttributeAsync("href", new Regex(room));
    }

    [Fact]
    public async Task Dates_and_names_that_are_none_stop_nothing()
    {
        var page = await Fixture.OpenAsync("/");
        var roomId = $"odd-{Guid.NewGuid():N}";
        await DeliverAsync("constructor", []);

        await DeliverAsync("meetingStarted", new JsonObject
        {
            ["roomId"] = roomId, ["roomName"] = 42, ["status"] = "active_meeting", ["creationDate"] = 1e300,
        });

        await Expect(page.Locator($"li[data-key={roomId}] .badge")).ToHaveTextAsync("ACTIVE");
        await Expect(page.Locator("#feed li").Nth(1)).ToContainTextAsync("constructor");
        await DeliverAsync("roomDeleted", new JsonObject { ["roomId"] = roomId });
    }
}
