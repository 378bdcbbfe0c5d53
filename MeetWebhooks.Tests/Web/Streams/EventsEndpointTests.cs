using System.Net;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class EventsEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_not_cached_not_buffered_and_says_how_soon_to_reconnect()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Streams:Retry", "00:00:00.7"));

        using var answer = await OpenAsync(application.FrontDoor);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Headers.CacheControl is { NoStore: true, NoTransform: true });
        Assert.Equal(["identity"], answer.Content.Headers.ContentEncoding);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.InRange(browser.ReconnectionInterval!.Value.TotalMilliseconds, 700, 1400);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("last_event_id")]
    [InlineData("lastEventId")]
    [InlineData("Last-Event-ID")]
    public async Task A_browser_continues_after_its_last_event_on_any_replica(string? query)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(replicas: 2);
        var events = Enumerable.Range(0, 5).Select(n => Delivery.Event("meetingStarted", $$"""{"n":{{n}}}""")).ToList();
        string lastEventId;
        await using (var browser = await Browser.OpenLiveAsync(application.FrontDoors[0]))
        {
            await application.DeliverAsync(events[0]);
            await application.DeliverAsync(events[1]);
            await browser.NextAsync(2);
            lastEventId = browser.LastEventId;
        }

        await application.DeliverAsync(events[2]);
        await application.DeliverAsync(events[3]);
        await using var again = query is null
            ? await Browser.OpenAsync(application.FrontDoors[1], lastEventId)
            : await Browser.OpenAsync(application.FrontDoors[1], query: $"?{query}={lastEventId}");
        await application.DeliverAsync(events[4]);

        Assert.Equal(events[2..].Select(delivery => delivery.Json), (await again.NextAsync(3)).Select(e => e.Data));
    }

    [Fact]
    public async Task The_header_takes_precedence_over_the_query_because_a_reconnect_repeats_the_first_URL()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var start = browser.LastEventId;
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await browser.NextAsync();
        var last = Delivery.Event("meetingEnded");
        await using var again = await Browser.OpenAsync(
            application.FrontDoor, browser.LastEventId, $"?last_event_id={start}");

        await application.DeliverAsync(last);

        Assert.Equal(last.Json, (await again.NextAsync()).Data);
    }

    [Fact]
    public async Task A_browser_that_has_received_no_event_continues_from_its_position()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        string lastEventId;
        await using (var browser = await Browser.OpenLiveAsync(application.FrontDoor))
            lastEventId = browser.LastEventId;
        var missed = Delivery.Event("meetingStarted");
        await application.DeliverAsync(missed);

        await using var again = await Browser.OpenAsync(application.FrontDoor, lastEventId);

        Assert.Equal(missed.Json, (await again.NextAsync()).Data);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("otherlog-1")]
    [InlineData("otherlog-0")]
    [InlineData("<script>")]
    [InlineData("1")]
    public async Task An_id_that_is_not_from_this_log_gets_one_reset_and_then_new_events(string lastEventId)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await using var browser = await Browser.OpenAsync(application.FrontDoor, lastEventId);
        var reset = await browser.NextAsync();
        var next = Delivery.Event("meetingEnded");

        await application.DeliverAsync(next);
        var received = await browser.NextAsync();

        Assert.Equal("reset", reset.EventType);
        Assert.Equal(("message", next.Json), (received.EventType, received.Data));
        Assert.Equal(0, browser.Waiting);
    }

    [Fact]
    public async Task A_browser_continues_from_the_position_of_its_reset()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        string lastEventId;
        await using (var browser = await Browser.OpenAsync(application.FrontDoor, "otherlog-1"))
        {
            Assert.Equal("reset", (await browser.NextAsync()).EventType);
            lastEventId = browser.LastEventId;
        }

        var missed = Delivery.Event("meetingEnded");
        await application.DeliverAsync(missed);
        await using var again = await Browser.OpenAsync(application.FrontDoor, lastEventId);
        var received = await again.NextAsync();

        Assert.Equal(("message", missed.Json), (received.EventType, received.Data));
    }

    [Fact]
    public async Task An_id_that_is_ahead_of_the_log_gets_a_reset()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var log = browser.LastEventId.Split('-')[0];

        await using var ahead = await Browser.OpenAsync(application.FrontDoor, $"{log}-1000");

        Assert.Equal("reset", (await ahead.NextAsync()).EventType);
    }

    [Fact]
    public async Task An_id_that_is_older_than_the_log_gets_a_reset()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Events:RetainedEvents", "3"));
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var old = browser.LastEventId;
        for (var n = 0; n < 4; n++)
            await application.DeliverAsync(Delivery.Event("meetingStarted", $$"""{"n":{{n}}}"""));
        var first = (await browser.NextAsync(4))[0].EventId;

        await using var tooOld = await Browser.OpenAsync(application.FrontDoor, old);
        await using var oldest = await Browser.OpenAsync(application.FrontDoor, first);

        Assert.Equal("reset", (await tooOld.NextAsync()).EventType);
        Assert.All(await oldest.NextAsync(3), received => Assert.Equal("message", received.EventType));
    }

    [Fact]
    public async Task A_stream_without_events_carries_heartbeats()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Streams:Heartbeat", "00:00:00.1"));
        using var answer = await OpenAsync(application.FrontDoor);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));

        var heartbeats = 0;
        while (heartbeats < 3)
        {
            if (await ReadLineAsync(reader) == "event: heartbeat")
                heartbeats++;
        }
    }

    [Fact]
    public async Task A_stream_begins_with_a_heartbeat_and_what_is_no_webhook_is_a_named_event_with_data()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        using var connection = await EventConnection.OpenAsync(application.FrontDoor, "", "", Cancel);

        var first = await connection.Events.ReadAsync(Cancel).Take(2).ToListAsync(Cancel);

        Assert.Equal(["heartbeat", "position"], first.Select(received => received.EventType));
        Assert.All(first, received => Assert.Equal("{}", received.Data));
        Assert.Equal("", first[0].EventId);
        Assert.NotEqual("", first[1].EventId);
    }

    [Fact]
    public async Task A_stopping_host_completes_its_streams()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(replicas: 2);
        using var answer = await OpenAsync(application.FrontDoors[1]);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: heartbeat", await ReadLineAsync(reader));
        var rest = reader.ReadToEndAsync(Cancel);

        await application.StopReplicaAsync(1);

        // A body that was cut off throws here.
        await rest.WaitAsync(Eventually.Limit, Cancel);
    }

    [Fact]
    public async Task A_stream_that_opens_before_Redis_answers_waits_for_it()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings:
            [
                ("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=200"),
                ("Streams:Heartbeat", "00:00:00.1"),
            ]);

        using var answer = await OpenAsync(application.FrontDoor);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("event: heartbeat", await ReadLineAsync(reader));
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpClient frontDoor) =>
        frontDoor.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, Cancel);

    private static Task<string?> ReadLineAsync(StreamReader reader) =>
        reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Eventually.Limit, Cancel);
}
