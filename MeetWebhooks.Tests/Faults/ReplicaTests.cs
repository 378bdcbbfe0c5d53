using System.Globalization;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>Replicas come and go under load; browsers stay whole.</summary>
[Collection(nameof(AloneTests))]
public sealed class ReplicaTests(ITestOutputHelper output)
{
    private const string SeedVariable = "STORM_SEED";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_that_is_killed_under_load_and_started_again_costs_no_event()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var replicas = await Replicas.StartAsync(3, redis, api);
        var browsers = replicas.Open(30, seed: 1, "events");
        await Eventually.TrueAsync(() => browsers.All(browser => browser.LastEventId.Length > 0));

        var posted = new List<string>();
        for (var n = 0; n < 300; n++)
        {
            posted.Add((await api.Client.PersistAsync(Delivery.Event("load", $$"""{"n":{{n}}}"""))).Json);
            if (n == 100)
                await replicas[1].KillAsync();
            if (n == 200)
                await replicas[1].RunAsync();
        }

        foreach (var browser in browsers)
        {
            await browser.ReceivedAsync(posted.Count);
            Assert.Equal(posted, browser.Data);
            Assert.Equal(0, browser.Resets);
        }

        Assert.Contains(browsers, browser => browser.Connections > 1);
    }

    [Fact]
    public async Task A_replica_that_is_asked_to_stop_ends_a_thousand_streams_properly_and_at_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api);
        var streams = new List<HttpResponseMessage>();
        for (var n = 0; n < 1000; n++)
            streams.Add(await web.Client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, Cancel));
        var bodies = streams.ConvertAll(stream => stream.Content.ReadAsStringAsync(Cancel));

        var start = TimeProvider.System.GetTimestamp();
        var exitCode = await web.StopAsync();
        var took = TimeProvider.System.GetElapsedTime(start);

        // A body that was cut off, not ended, would throw.
        Assert.All(await Task.WhenAll(bodies), body => Assert.EndsWith("\n\n", body, StringComparison.Ordinal));
        Assert.Equal(0, exitCode);
        output.WriteLine($"The host stopped in {took.TotalSeconds:0.0} s.");
        streams.ForEach(stream => stream.Dispose());
    }

    /// <summary>
    /// Three replicas, two Apis, 200 browsers, half of them on <c>/changes</c>, 2,000 events, and for as long as there are
    /// events: killed replicas and Apis, cut connections, and a Redis that crashes and comes back. The seed is printed; the
    /// environment variable <c>STORM_SEED</c> sets it.
    /// </summary>
    [Fact]
    public async Task In_a_storm_every_browser_gets_every_event_once_and_in_order()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        TestContext.Current.SendDiagnosticMessage($"{SeedVariable}={seed}");
        var random = new Random(seed);

        await using var redis = await RedisServer.StartAsync();
        await using var firstApi = await Service.StartApiAsync(redis.ConnectionString);
        await using var secondApi = await Service.StartApiAsync(redis.ConnectionString);
        await using var replicas = await Replicas.StartAsync(3, redis, firstApi);
        var browsers = replicas.Open(200, seed, "events", "changes");
        await Eventually.TrueAsync(() => browsers.All(browser => browser.LastEventId.Length > 0));

        var deliveries = Enumerable.Range(0, 2000).Select(n => Delivery.Event("storm", $$"""{"n":{{n}}}""")).ToList();
        var accepted = 0;
        var posting = Parallel.ForEachAsync(
            deliveries.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel },
            async (numbered, _) =>
            {
                await (numbered.Index % 2 == 0 ? firstApi : secondApi).Client.PersistAsync(numbered.Item);
                Interlocked.Increment(ref accepted);
                await Task.Delay(20, Cancel);
            });
        var faults = 0;
        while (!posting.IsCompleted)
        {
            await BreakSomethingAsync();
            faults++;
            // As fast as the system recovers: on a slow machine, faults without a pause would let no event through.
            var before = Volatile.Read(ref accepted);
            await Eventually.TrueAsync(
                () => posting.IsCompleted || Volatile.Read(ref accepted) > before, Eventually.StartLimit, Cancel);
        }

        await posting;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = TestLog.Of(connection);
        var logged = (await log.ReadAsync(null, 10_000, cancellationToken: Cancel)).Events;
        var stored = logged.Select(one => System.Text.Encoding.UTF8.GetString(one.Payload.Span)).ToList();
        Assert.Equal(deliveries.Select(delivery => delivery.Json).Order(), stored.Order());

        foreach (var browser in browsers)
        {
            await browser.ReceivedAsync(stored.Count);
            Assert.Equal(logged.Select(one => one.Id.ToString()), browser.Received.Select(received => received.EventId));
            Assert.Equal(0, browser.Resets);
        }

        Assert.All(browsers.Where(browser => browser.Path == "events"), browser => Assert.Equal(stored, browser.Data));

        var connections = browsers.Sum(browser => browser.Connections);
        output.WriteLine($"{faults} faults, {connections} connections, {browsers.Sum(b => b.Received.Count)} deliveries");

        async Task BreakSomethingAsync()
        {
            switch (random.Next(6))
            {
                case 0:
                    var replica = replicas[random.Next(3)];
                    await replica.KillAsync();
                    await Task.Delay(random.Next(500), Cancel);
                    await replica.RunAsync();
                    break;
                case 1:
                    await redis.KillAsync();
                    await Task.Delay(random.Next(300), Cancel);
                    await redis.RestartAsync();
                    break;
                case 2:
                    await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", random.Next(2) == 0 ? "pubsub" : "normal");
                    break;
                case 3:
                    await secondApi.KillAsync();
                    await secondApi.RunAsync();
                    break;
                default:
                    for (var n = 0; n < 20; n++)
                        browsers[random.Next(browsers.Count)].Disconnect();
                    await Task.Delay(random.Next(300), Cancel);
                    break;
            }
        }
    }

    private sealed class Replicas : IAsyncDisposable
    {
        private readonly List<Service> _running = [];
        private readonly List<ReconnectingBrowser> _browsers = [];

        public Service this[int index] => _running[index];

        public static async Task<Replicas> StartAsync(int count, RedisServer redis, Service api)
        {
            var replicas = new Replicas();
            for (var n = 0; n < count; n++)
                replicas._running.Add(await Service.StartWebAsync(redis.ConnectionString, api));
            return replicas;
        }

        public List<ReconnectingBrowser> Open(int browsers, int seed, params string[] paths)
        {
            var frontDoors = _running.ConvertAll(replica => replica.Client);
            _browsers.AddRange(Enumerable.Range(0, browsers).Select(n =>
                new ReconnectingBrowser(frontDoors, seed + n, paths[n % paths.Length])));
            return _browsers;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var browser in _browsers)
                await browser.DisposeAsync();
            foreach (var replica in _running)
                await replica.DisposeAsync();
        }
    }
}
