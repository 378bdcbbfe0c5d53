using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>What happens elsewhere, shown without a gap and without a reload.</summary>
[Collection(nameof(PageFixture))]
public sealed class LiveTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task Each_tab_that_is_looked_at_has_a_stream_of_its_own()
    {
        var person = await Fixture.NewPersonAsync();
        var streams = 0;
        person.Request += (_, request) => streams += IsChanges(request.Url) ? 1 : 0;
        var first = await Fixture.OpenAsync(person, "/");
        var second = await Fixture.OpenAsync(person, "/recordings");

        await DeliverAsync("testEvent", new JsonObject { ["message"] = "to both tabs" });

        await Expect(first.Locator("#feed")).ToContainTextAsync("to both tabs");
        await Expect(second.Locator("#feed")).ToContainTextAsync("to both tabs");
        Assert.Equal(2, streams);
    }

    [Fact]
    public async Task All_recordings_are_read_when_they_are_looked_at_and_not_before()
    {
        var person = await Fixture.NewPersonAsync();
        var readings = new List<string>();
        person.Request += (_, request) =>
        {
            if (IsNow(request.Url))
                readings.Add(new Uri(request.Url).Query);
        };
        var page = await Fixture.OpenAsync(person, "/");
        await RecordAsync(await CreateAsync(page, "Read when wanted"));
        Assert.Equal([""], readings);

        await page.ClickAsync("[data-nav=recordings]");
        await Expect(page.Locator("#recordings")).ToContainTextAsync("Read when wanted");
        await page.ClickAsync("[data-nav=rooms]");
        await page.ClickAsync("[data-nav=recordings]");
        await Expect(page.Locator("#recordings")).ToContainTextAsync("Read when wanted");
        Assert.Equal(["", "?recordings=all"], readings);

        await page.ClickAsync("#recordings-filter button");
        await Eventually.TrueAsync(() => readings.Count == 3);
        Assert.Equal("?recordings=all", readings[2]);
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
    public async Task After_a_wiped_log_the_page_reads_everything_afresh_and_goes_on()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Before the wipe");
        var readings = 0;
        page.Request += (_, request) => readings += IsNow(request.Url) ? 1 : 0;

        await WipedLog.WipeAsync(Fixture.Application.Redis);
        await SimulateAsync(HttpMethod.Post, "Before the wipe/meeting");

        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("ACTIVE");
        await SimulateAsync(HttpMethod.Delete, "Before the wipe/meeting");
        await Expect(Badge(page, "Before the wipe")).ToHaveTextAsync("OPEN");
        await Eventually.TrueAsync(() => readings > 0);
    }

    [Fact]
    public async Task What_happens_while_the_page_reads_is_not_lost()
    {
        var person = await Fixture.NewPersonAsync();
        var isRead = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        await person.RouteAsync(IsNow, async route =>
        {
            var answer = await route.FetchAsync();
            isRead.TrySetResult();
            await mayAnswer.Task;
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });
        var page = await GoAsync(person);
        await isRead.Task.WaitAsync(Cancel);

        await CreateElsewhereAsync("In between");
        mayAnswer.SetResult();

        await Expect(Row(page, "In between")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_page_is_there_before_the_server_answers_and_says_when_that_takes_too_long()
    {
        var person = await Fixture.NewPersonAsync();
        await person.RouteAsync(IsNow, _ => Task.CompletedTask);
        var page = await GoAsync(person);

        await Expect(page.Locator("#create")).ToBeVisibleAsync();
        await Expect(page.Locator("#rooms-empty")).ToHaveTextAsync("Reading the rooms…");
        await Expect(page.Locator("#rooms-problem")).ToContainTextAsync("did not answer within 10 seconds");
    }

    [Fact]
    public async Task A_room_is_called_by_its_name_also_when_it_is_gone()
    {
        var page = await Fixture.OpenAsync("/");
        var room = await CreateAsync(page, "Named to the end");

        using var answer = await Fixture.Application.Api.DeleteAsync($"rooms/{room}", Cancel);

        await Expect(page.Locator("#feed")).ToContainTextAsync("“Named to the end” was deleted");
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
        await Expect(page.Locator("#feed")).ToContainTextAsync("constructor");
        await DeliverAsync("roomDeleted", new JsonObject { ["roomId"] = roomId });
    }
}
