using System.Globalization;
using System.Text;
using MeetWebhooks.EmbeddedRedis;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>The log is bounded by number, by bytes and by age, whatever is appended.</summary>
[Collection(nameof(AloneTests))]
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

        var page = await log.ReadAsync(null, 100, cancellationToken: Cancel);
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
        var log = redis.Log(new WebhookLogOptions { RetainedFor = TimeSpan.FromSeconds(2) });
        await log.AppendAsync("1"u8.ToArray(), cancellationToken: Cancel);
        await log.AppendAsync("2"u8.ToArray(), cancellationToken: Cancel);

        await Eventually.TrueAsync(async () =>
        {
            await log.AppendAsync("3"u8.ToArray(), cancellationToken: Cancel);
            return Numbers(await log.ReadAsync(null, 1, cancellationToken: Cancel)).Single() == 3;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_keeps_no_more_bytes_than_it_may(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var log = redis.Log(new WebhookLogOptions { RetainedBytes = 100_000 });

        for (var n = 1; n <= 30; n++)
        {
            await log.AppendAsync(new byte[10_000], cancellationToken: Cancel);
            // The count of bytes is lost: Redis has evicted it, or an older version wrote the log.
            if (n == 20)
                await redis.Database.KeyDeleteAsync("{meet-webhooks}:bytes");
        }

        var page = await log.ReadAsync(null, 100, cancellationToken: Cancel);
        Assert.Equal(9, page.Events.Count);
        Assert.Equal(30, page.Last.Number);
        Assert.InRange((long)await redis.Database.StringGetAsync("{meet-webhooks}:bytes"), 90_000, 100_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_has_no_more_than_1_MiB_of_events_unless_one_alone_is_larger(bool embedded)
    {
        await using var redis = await Redis.StartAsync(embedded);
        var log = redis.Log(new WebhookLogOptions());
        for (var n = 0; n < 30; n++)
            await log.AppendAsync(new byte[100_000], cancellationToken: Cancel);
        await log.AppendAsync(new byte[2_000_000], cancellationToken: Cancel);

        var read = new List<int>();
        for (LogPosition? position = null; read.Sum() < 31;)
        {
            var page = await log.ReadAsync(position, 500, cancellationToken: Cancel);
            read.Add(page.Events.Count);
            position = page.Events[^1].Id;
        }

        Assert.Equal([10, 10, 10, 1], read);
    }

    [Fact]
    public async Task An_Api_whose_clock_is_ahead_does_not_make_the_log_expire()
    {
        var clock = new Clock(DateTimeOffset.UtcNow);
        await using var application = await MeetWebhooksApplication.StartAsync(time: clock);
        await application.DeliverAsync(Delivery.Event("before"));

        clock.Now += TimeSpan.FromHours(25);
        await application.DeliverAsync(Delivery.Sign("""{"event":"after","creationDate":1,"data":{}}""", clock.Now));

        await using var connection = await ConnectionMultiplexer.ConnectAsync(application.Redis);
        Assert.Equal(2, await connection.GetDatabase().ListLengthAsync("{meet-webhooks}:history"));
    }

    [Fact]
    public async Task A_full_Redis_does_not_refuse_webhooks_for_ever()
    {
        await using var redis = await RedisServer.StartAsync(clientOptions: "", []);
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", redis.ConnectionString));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = TestLog.Of(connection);
        for (var n = 0; n < 300; n++)
            await log.AppendAsync(new byte[20_000], cancellationToken: Cancel);

        var memory = (string?)await redis.ExecuteAsync("INFO", "memory");
        var used = memory!.Split("used_memory:")[1].Split("\r\n")[0];
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", used);

        for (var n = 0; n < 50; n++)
            await application.DeliverAsync(Delivery.Event("large", $$"""{"n":{{n}},"text":"{{new string('x', 20_000)}}"}"""));
        Assert.True(application.Log.Has("Redis is full"));
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
            var page = await log.ReadAsync(ids[n], 100, cancellationToken: Cancel);
            Assert.Equal(n >= 2, page.Continues);
            Assert.Equal(n >= 2 ? 5 - n : 3, page.Events.Count);
            Assert.False((await log.ReadAsync(new LogPosition("other", n), 100, cancellationToken: Cancel)).Continues);
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
        var log = TestLog.Of(connection, new WebhookLogOptions { RetainedEvents = 100 });
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

        public WebhookLog Log(WebhookLogOptions options) => TestLog.Of(_connection, options);

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            _embedded?.Dispose();
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }
}
