using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Faults;

/// <summary>Nothing falls between a list that the page reads and the stream that it opens then.</summary>
[Collection(nameof(AloneTests))]
public sealed class SnapshotTests
{
    private const string EmptyList = """{"rooms":[],"recordings":[],"pagination":{"isTruncated":false,"maxItems":100}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rooms", true)]
    [InlineData("rooms", false)]
    [InlineData("recordings", true)]
    [InlineData("recordings", false)]
    public async Task While_events_pour_in_a_stream_from_a_lists_position_misses_none(string list, bool embedded)
    {
        await using var meet = await StubMeet.StartAsync(200, "application/json", EmptyList);
        await using var redis = embedded ? null : await RedisServer.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2,
            settings: [("ConnectionStrings:redis", redis?.ConnectionString ?? ""), ("Meet:ServerUrl", meet.Url),
                MeetWebhooksApplication.WithLists]);
        await using var witness = await ReconnectingBrowser.OpenAsync(application.FrontDoors[0]);
        using var enough = new CancellationTokenSource();
        var posting = Task.Run(
            async () =>
            {
                for (var n = 0; !enough.IsCancellationRequested; n++)
                    await application.DeliverAsync(Delivery.Event("pouring", $$"""{"n":{{n}}}"""));
            },
            Cancel);
        await witness.ReceivedAsync(1);

        // The snapshot is an event that browsers do not get.
        foreach (var frontDoor in application.FrontDoors)
            (await frontDoor.GetListAsync(list, Cancel)).Dispose();

        var pages = new List<(long From, Browser Browser)>();
        for (var n = 0; n < 10; n++)
        {
            using var answer = await application.FrontDoors[n % 2].GetListAsync(list, Cancel);
            var position = answer.Headers.GetValues("Last-Event-ID").Single();
            Assert.True(LogPosition.TryParse(position, out var id));
            pages.Add((id.Number, await Browser.OpenAsync(
                application.FrontDoors[n % 2], query: $"?last_event_id={position}")));
        }

        await enough.CancelAsync();
        await posting;
        var last = Delivery.Event("last");
        await application.DeliverAsync(last);
        await Eventually.TrueAsync(() => witness.Data.LastOrDefault() == last.Json);
        var all = witness.Data.ToList();
        foreach (var (from, browser) in pages)
        {
            var expected = all.Skip((int)from - 1).ToList();
            Assert.Equal(expected, (await browser.NextAsync(expected.Count)).Select(received => received.Data));
            Assert.Equal(0, browser.Waiting);
            await browser.DisposeAsync();
        }
    }
}
