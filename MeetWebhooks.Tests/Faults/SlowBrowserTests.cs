namespace MeetWebhooks.Tests.Faults;

/// <summary>A browser that reads slowly, or not at all, costs bounded memory and delays nobody.</summary>
[Collection(nameof(AloneTests))]
public sealed class SlowBrowserTests
{
    private const int RingSize = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    public async Task A_browser_that_stops_reading_delays_nobody_and_is_disconnected_once_the_ring_has_passed_it(
        string version)
    {
        await using var application = await StartAsync("00:00:00.2");
        await using var reading = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        using var silent = await SilentBrowser.OpenAsync(application.FrontDoor, version);

        var sent = new List<string>();
        for (var n = 0; n < 2 * RingSize; n++)
        {
            sent.Add((await application.FrontDoor.PersistAsync(SilentBrowser.LargeEvent(n))).Json);
            await reading.ReceivedAsync(n + 1);
        }

        // The browser can still read what its socket holds. Then the stream ends, long before the last event.
        await Eventually.TrueAsync(() => application.Log.Has("too slowly"));
        var events = await ReadToEndAsync(silent);
        Assert.InRange(events.Count, 0, RingSize);
        Assert.Equal(sent.Take(events.Count), events);
        Assert.Equal(sent, reading.Data);
        Assert.Equal(1, reading.Connections);

        // It reconnects with its last event, which the ring no longer continues.
        await using var back = await Browser.OpenAsync(application.FrontDoor, silent.Unread.Events.LastEventId);
        Assert.Equal("reset", (await back.NextAsync()).EventType);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    public async Task A_browser_that_stops_reading_for_a_while_gets_the_rest_when_it_reads_again(string version)
    {
        await using var application = await StartAsync("00:00:00.2");
        using var silent = await SilentBrowser.OpenAsync(application.FrontDoor, version);
        var sent = new List<string>();
        for (var n = 0; n < RingSize - 1; n++)
            sent.Add((await application.FrontDoor.PersistAsync(SilentBrowser.LargeEvent(n))).Json);

        var received = await silent.Unread.ReadAsync(Cancel).Take(sent.Count).ToListAsync(Cancel);

        Assert.Equal(sent, received.Select(item => item.Data));
    }

    [Fact]
    public async Task Browsers_that_stop_reading_cost_no_copies_of_unread_events()
    {
        const int browsers = 20;
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync("00:10:00", redis.ConnectionString);
        await FillRingAsync(application.FrontDoor);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var silent = new List<SilentBrowser>();
        for (var n = 0; n < browsers; n++)
            silent.Add(await SilentBrowser.OpenAsync(application.FrontDoor));
        await FillRingAsync(application.FrontDoor);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        // The ring has 8 MB. A copy for each browser would be 160 MB.
        Assert.InRange(after, 0, before + 40_000_000);
        silent.ForEach(browser => browser.Reset());
    }

    [Fact]
    public async Task A_browser_that_stops_reading_does_not_keep_the_host_from_stopping()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api);
        using var silent = await SilentBrowser.OpenAsync(web.Client);
        await FillRingAsync(api.Client);

        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task Browsers_that_stop_reading_and_reset_their_connections_all_at_once_do_not_end_the_replica()
    {
        const int rounds = 15;
        const int browsers = 300;
        (string, string)[] settings =
        [
            ("Streams:Heartbeat", "00:00:00.1"),
            ("Events:RetainedEvents", "10"),
            // With a console that is slow, some time passes between finding that a stream is too slow and closing it.
            ("Logging:Console:MaxQueueLength", "1"),
        ];
        await using var redis = await RedisServer.StartAsync(clientOptions: "", []);
        await using var api = await Service.StartApiAsync(redis.ConnectionString, settings);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api, settings);

        for (var round = 0; round < rounds; round++)
        {
            var silent = new List<SilentBrowser>();
            for (var n = 0; n < browsers; n++)
                silent.Add(await SilentBrowser.OpenAsync(web.Client));

            // The connections are reset while a heartbeat closes the streams, which takes it some milliseconds.
            var logged = web.Output.Length;
            var filling = FillRingAsync(api.Client);
            Assert.True(SpinWait.SpinUntil(
                () => web.Output.AsSpan(logged).Contains("too slowly", StringComparison.Ordinal), Eventually.Limit));
            silent.ForEach(browser => browser.Reset());
            await filling;
            silent.ForEach(browser => browser.Dispose());
        }

        Assert.DoesNotContain("A stream failed", web.Output, StringComparison.Ordinal);
        Assert.Equal(0, await web.StopAsync());
    }

    private static Task<MeetWebhooksApplication> StartAsync(string heartbeat, string redis = "") =>
        MeetWebhooksApplication.StartAsync(settings:
            [
                ("ConnectionStrings:redis", redis),
                ("Streams:Heartbeat", heartbeat),
                ("Events:RetainedEvents", $"{RingSize}"),
            ]);

    private static async Task FillRingAsync(HttpClient api)
    {
        for (var n = 0; n < RingSize; n++)
            await api.PersistAsync(SilentBrowser.LargeEvent(n));
    }

    private static async Task<List<string>> ReadToEndAsync(SilentBrowser silent)
    {
        var data = new List<string>();
        try
        {
            await foreach (var received in silent.Unread.ReadAsync(Cancel))
                data.Add(received.Data);
        }
        catch (IOException)
        {
            // The server has cut the stream off.
        }

        return data;
    }
}
