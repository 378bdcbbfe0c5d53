using System.Globalization;
using System.Text;
using MeetWebhooks.EmbeddedRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>The log is bounded by number and by age, whatever is appended.</summary>
[Collection(nameof(FaultTests))]
public sealed class RetentionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_keeps_the_newest_events_and_drops_the_others(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var log = redis.Log(new WebhookLogOptions { RetainedEvents = 10 });

        for (var n = 1; n <= 25; n++)
            await log.AppendAsync(Encoding.UTF8.GetBytes($"{n}"), cancellationToken: Cancel);

        var page = await log.ReadAsync(null, 100, Cancel);
        Assert.Equal(Enumerable.Range(16, 10), Numbers(page));
        Assert.Equal(25, page.Last.Number);
        Assert.False(page.Continues);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_drops_what_is_too_old(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var clock = new Clock(DateTimeOffset.UtcNow);
        var log = redis.Log(new WebhookLogOptions { RetainedFor = TimeSpan.FromMinutes(1) }, clock);

        for (var n = 1; n <= 5; n++)
        {
            await log.AppendAsync(Encoding.UTF8.GetBytes($"{n}"), cancellationToken: Cancel);
            clock.Now += TimeSpan.FromSeconds(25);
        }

        // 5 was appended 100 seconds after 1, 75 after 2, and 50 after 3.
        Assert.Equal([3, 4, 5], Numbers(await log.ReadAsync(null, 100, Cancel)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_position_is_continued_for_as_long_as_the_event_after_it_is_kept(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var log = redis.Log(new WebhookLogOptions { RetainedEvents = 3 });
        var ids = new List<LogPosition> { await log.PositionAsync(Cancel) };
        for (var n = 1; n <= 5; n++)
            ids.Add((await log.AppendAsync("{}"u8.ToArray(), cancellationToken: Cancel)).Id);

        for (var n = 0; n <= 5; n++)
        {
            var page = await log.ReadAsync(ids[n], 100, Cancel);
            Assert.Equal(n >= 2, page.Continues);
            Assert.Equal(n >= 2 ? 5 - n : 3, page.Events.Count);
            Assert.False((await log.ReadAsync(new LogPosition("other", n), 100, Cancel)).Continues);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Memory_in_Redis_stays_flat_over_many_events(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var log = redis.Log(new WebhookLogOptions { RetainedEvents = 1000 });
        var payload = new byte[700];

        async Task<long> AppendAsync(int events)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, events), Cancel, async (_, _) => await log.AppendAsync(
                payload, Guid.NewGuid().ToString(), TimeSpan.FromMilliseconds(1), Cancel));
            return (long)await redis.Database.ExecuteAsync("MEMORY", "USAGE", "{meet-webhooks}:history", "SAMPLES", "0");
        }

        var afterFew = await AppendAsync(2000);
        var afterMany = await AppendAsync(embedded ? 10_000 : 50_000);

        Assert.InRange(afterFew, 1000 * 700, 2 * 1000 * 1000);
        Assert.InRange(afterMany, 0.9 * afterFew, 1.1 * afterFew);
        await Eventually.TrueAsync(() => redis.Database.KeyExists("{meet-webhooks}:history")
            && redis.Database.Multiplexer.GetServers()[0].Keys(pattern: "*delivery*").Any() == false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Memory_in_a_replica_stays_flat_over_many_events(bool refusedAtFirst)
    {
        await using var redis = await RedisServer.StartAsync(clientOptions: "", []);
        if (refusedAtFirst)
            await redis.ExecuteAsync("ACL", "SETUSER", "default", "resetchannels");
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("ConnectionStrings:redis", redis.ConnectionString), ("Events:RetainedEvents", "100")]);
        if (refusedAtFirst)
        {
            await Eventually.TrueAsync(() => application.Log.Has("may be missing"));
            await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
            await redis.ExecuteAsync("ACL", "SETUSER", "default", "allchannels");
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = new WebhookLog(
            connection, Options.Create(new WebhookLogOptions { RetainedEvents = 100 }), TimeProvider.System);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);

        async Task<long> AppendAsync(int events)
        {
            for (var n = 0; n < events; n++)
            {
                await log.AppendAsync(new byte[20_000], cancellationToken: Cancel);
                await browser.NextAsync();
            }

            return GC.GetTotalMemory(forceFullCollection: true);
        }

        var afterFew = await AppendAsync(300);
        var afterMany = await AppendAsync(3000);

        // All of them have 60 million bytes.
        Assert.InRange(afterMany, 0, afterFew + 10_000_000);
    }

    private static IEnumerable<int> Numbers(LogPage page) => page.Events.Select(
        logged => int.Parse(Encoding.UTF8.GetString(logged.Payload.Span), CultureInfo.InvariantCulture));

    /// <summary>Either the embedded server or a real one.</summary>
    private sealed class Redis : IAsyncDisposable
    {
        private readonly EmbeddedServer? _embedded;
        private readonly RedisServer? _server;
        private readonly ConnectionMultiplexer _connection;

        private Redis(EmbeddedServer? embedded, RedisServer? server, ConnectionMultiplexer connection)
        {
            _embedded = embedded;
            _server = server;
            _connection = connection;
        }

        public IDatabase Database => _connection.GetDatabase();

        public static async Task<Redis> StartAsync(bool embedded)
        {
            var inProcess = embedded ? EmbeddedServer.Start() : null;
            var server = embedded ? null : await RedisServer.StartAsync(clientOptions: "", []);
            return new Redis(inProcess, server, await ConnectionMultiplexer.ConnectAsync(
                inProcess?.ConnectionString ?? server!.ConnectionString));
        }

        public WebhookLog Log(WebhookLogOptions options, TimeProvider? time = null) =>
            new(_connection, Options.Create(options), time ?? TimeProvider.System);

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            _embedded?.Dispose();
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }
}
