using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Changes;

/// <summary>What <c>GET /changes</c> tells a page that has read <c>GET /now</c>.</summary>
public sealed class ChangesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_has_what_happened_and_the_items_as_they_are_now()
    {
        await using var meet = await ChangingMeet.StartAsync("weekly");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        await application.DeliverAsync(Delivery.Event(
            "meetingStarted", """{"roomId":"weekly","roomName":"Weekly","status":"active_meeting","config":{"big":true}}"""));
        await application.DeliverAsync(Delivery.Event(
            "recordingStarted", """{"recordingId":"weekly--EG_a--1","roomId":"weekly","status":"starting"}"""));
        await application.DeliverAsync(Delivery.Event(
            "meetingEnded", """{"roomId":"weekly","roomName":"Weekly","meetingEndAction":"delete"}"""));

        await Eventually.TrueAsync(() => page.Changes.Count == 3);
        Assert.Equal(
            [
                """
                {"event":"meetingStarted","about":{"roomId":"weekly","status":"active_meeting","roomName":"Weekly"},
                "rooms":[{"roomId":"weekly","roomName":"Weekly","status":"active_meeting","recordingCount":0}]}
                """,
                """
                {"event":"recordingStarted","about":{"roomId":"weekly","recordingId":"weekly--EG_a--1","status":"starting",
                "roomName":"Weekly"},"rooms":[{"roomId":"weekly","roomName":"Weekly","status":"active_meeting",
                "recordingCount":1}],"recordings":[{"recordingId":"weekly--EG_a--1","roomId":"weekly","status":"starting"}]}
                """,
                """
                {"event":"meetingEnded","about":{"roomId":"weekly","meetingEndAction":"delete","roomName":"Weekly"},
                "removedRooms":["weekly"],"removedRecordings":["weekly--EG_a--1"]}
                """,
            ],
            page.Changes.Select(WithoutDate),
            (expected, actual) => expected.ReplaceLineEndings("") == actual);
        Assert.Empty(page.Rooms);
        Assert.Equal((1, 0, null), (page.Readings, page.Resets, page.Gap));
    }

    [Fact]
    public async Task Every_page_shows_what_now_answers_after_changes_of_all_kinds_on_any_replica()
    {
        await using var meet = await ChangingMeet.StartAsync("kept", "changed", "deleted");
        await using var application = await StartAsync(meet);
        await using var first = new PageModel(application.FrontDoors, seed: 1, Cancel);
        await using var second = new PageModel(application.FrontDoors, seed: 2, Cancel);
        await Task.WhenAll(first.OpenedAsync(), second.OpenedAsync());

        for (var n = 0; n < 20; n++)
        {
            meet.Set("changed", n % 2 == 0 ? "active_meeting" : "open");
            meet.Set($"new-{n}", "open");
            if (n % 3 == 0)
                await application.DeliverAsync(Delivery.Event("meetingStarted", meet.Rooms["changed"]));
            if (n % 5 == 0)
                second.Disconnect();
            if (n == 10)
                meet.Rooms.TryRemove("deleted", out _);
            meet.Recordings[$"kept--EG_a--{n}"] =
                $$"""{"recordingId":"kept--EG_a--{{n}}","roomId":"kept","roomName":"kept","status":"complete"}""";
            await Task.Delay(100, Cancel);
        }

        foreach (var page in (PageModel[])[first, second])
        {
            // Twice the 35 seconds that are promised.
            await Eventually.TrueAsync(
                () => page.Rooms.Count == 22 && page.Recordings.Count == 20
                    && (string?)page.Rooms["changed"]["status"] == "open"
                    && (int?)page.Rooms["kept"]["recordingCount"] == 20,
                TimeSpan.FromSeconds(70),
                Cancel);
            var now = await application.FrontDoor.GetFromJsonAsync<JsonObject>("now?recordings=all", Cancel);
            Assert.Equal(Sorted(now!["rooms"]!.AsArray()), Sorted(page.Rooms.Values));
            Assert.Equal(Sorted(now["recordings"]!.AsArray()), Sorted(page.Recordings.Values));
            Assert.Null(page.Gap);
        }
    }

    [Fact]
    public async Task Where_everything_changes_at_once_a_page_gets_one_reset_and_reads_everything()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        for (var n = 0; n < 600; n++)
            meet.Set($"room-{n}", "open");

        await Eventually.TrueAsync(() => page.Rooms.Count == 601, TimeSpan.FromSeconds(70), Cancel);
        Assert.Equal((2, 1, null), (page.Readings, page.Resets, page.Gap));
        Assert.Empty(page.Changes);
    }

    [Fact]
    public async Task After_a_wiped_log_a_page_gets_a_reset_and_goes_on()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        await WipedLog.WipeAsync(application.Redis);
        await Eventually.TrueAsync(() => page.Resets > 0);
        meet.Set("kept", "closed");

        await Eventually.TrueAsync(
            () => page.Rooms.TryGetValue("kept", out var kept) && (string?)kept["status"] == "closed", TimeSpan.FromSeconds(70), Cancel);
        Assert.Null(page.Gap);
    }

    [Fact]
    public async Task What_was_removed_is_still_told_by_its_name()
    {
        await using var meet = await ChangingMeet.StartAsync("weekly");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        await application.DeliverAsync(Delivery.Event("roomDeleted", """{"roomId":"weekly"}"""));

        await Eventually.TrueAsync(() => !page.Changes.IsEmpty);
        Assert.Equal("weekly", (string?)page.Changes.First()["about"]!["roomName"]);
    }

    private static Task<MeetWebhooksApplication> StartAsync(ChangingMeet meet) => MeetWebhooksApplication.StartAsync(
        replicas: 2, settings: [("Meet:ServerUrl", meet.Url), MeetWebhooksApplication.WithLists]);

    private static async Task<PageModel> OpenAsync(MeetWebhooksApplication application)
    {
        var page = new PageModel([application.FrontDoor], seed: 1, Cancel);
        await page.OpenedAsync();
        return page;
    }

    private static string WithoutDate(JsonNode change)
    {
        var copy = change.DeepClone().AsObject();
        copy.Remove("creationDate");
        return copy.ToJsonString();
    }

    private static IEnumerable<string> Sorted(IEnumerable<JsonNode?> items) =>
        items.Select(item => item!.ToJsonString()).Order(StringComparer.Ordinal);
}
