using MeetWebhooks.EmbeddedRedis;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Events;

/// <summary>Appends that depend on what the log has, in the embedded server and in Redis.</summary>
public sealed class LogAppendTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_are_appended_only_at_the_position_that_they_were_computed_at(bool embedded)
    {
        await using var server = await Server.StartAsync(embedded);
        var start = await server.Log.PositionAsync(Cancel);
        await server.Log.AppendAsync("a"u8.ToArray(), cancellationToken: Cancel);
        var last = await server.Log.PositionAsync(Cancel);

        Assert.False(await server.Log.AppendAtAsync(start, ["late"u8.ToArray()], Cancel));
        Assert.True(await server.Log.AppendAtAsync(last, ["b"u8.ToArray(), "c"u8.ToArray()], Cancel));
        Assert.False(await server.Log.AppendAtAsync(last, ["late"u8.ToArray()], Cancel));

        Assert.Equal(["a", "b", "c"], await server.PayloadsAsync());
        var page = await server.Log.ReadAsync(last, 10, cancellationToken: Cancel);
        Assert.True(page.Continues);
        Assert.Equal(last, page.Events[0].Previous);
        Assert.Equal(page.Events[0].Id, page.Events[1].Previous);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_events_that_are_appended_at_once_are_heard_in_order(bool embedded)
    {
        await using var server = await Server.StartAsync(embedded);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<long>();
        await server.Log.SubscribeAsync(logged => heard.Enqueue(logged.Id.Number), Cancel);

        await server.Log.AppendAtAsync(
            await server.Log.PositionAsync(Cancel), Enumerable.Range(0, 100).Select(_ => "x"u8.ToArray()), Cancel);

        await Eventually.TrueAsync(() => heard.Count == 100);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), heard);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_snapshots_that_replace_the_same_one_the_first_is_stored(bool embedded)
    {
        await using var server = await Server.StartAsync(embedded);
        await server.Log.AppendAsync("a"u8.ToArray(), cancellationToken: Cancel);
        var position = await server.Log.PositionAsync(Cancel);
        Assert.Null(await server.Log.ReadSnapshotAsync(Cancel));

        Assert.True(await StoreAsync("first", before: null));
        Assert.False(await StoreAsync("second", before: null));
        Assert.True(await StoreAsync("third", before: "first"));
        Assert.False(await StoreAsync("fourth", before: "first"));

        var newest = await server.Log.ReadSnapshotAsync(Cancel);
        Assert.Equal(("third", position), (newest!.Name, newest.Position));
        Assert.Equal("state of third"u8.ToArray(), newest.State.ToArray());
        Assert.Equal(["a", "first", "third"], await server.PayloadsAsync());

        Task<bool> StoreAsync(string name, string? before) => server.Log.AppendSnapshotAsync(
            new LogSnapshot(name, position, System.Text.Encoding.ASCII.GetBytes($"state of {name}")),
            before,
            System.Text.Encoding.ASCII.GetBytes(name),
            Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_turn_is_one_owners_until_it_expires(bool embedded)
    {
        await using var server = await Server.StartAsync(embedded);
        var minute = TimeSpan.FromMinutes(1);

        Assert.True(await server.Log.TakeTurnAsync("reading", "a", minute, Cancel));
        Assert.True(await server.Log.TakeTurnAsync("reading", "a", minute, Cancel));
        Assert.False(await server.Log.TakeTurnAsync("reading", "b", minute, Cancel));
        Assert.True(await server.Log.TakeTurnAsync("other", "b", minute, Cancel));

        Assert.True(await server.Log.TakeTurnAsync("reading", "a", TimeSpan.FromMilliseconds(50), Cancel));
        await Eventually.TrueAsync(() => server.Log.TakeTurnAsync("reading", "b", minute, Cancel));
    }

    private sealed class Server : IAsyncDisposable
    {
        private EmbeddedServer? _embedded;
        private RedisServer? _redis;
        private ConnectionMultiplexer _connection = null!;

        public WebhookLog Log { get; private set; } = null!;

        public static async Task<Server> StartAsync(bool embedded)
        {
            var server = new Server();
            string connectionString;
            if (embedded)
            {
                server._embedded = EmbeddedServer.Start();
                connectionString = server._embedded.ConnectionString;
            }
            else
            {
                server._redis = await RedisServer.StartAsync();
                connectionString = server._redis.ConnectionString;
            }

            server._connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
            server.Log = TestLog.Of(server._connection);
            return server;
        }

        public async Task<string[]> PayloadsAsync() =>
            [.. (await Log.ReadAsync(null, 100, cancellationToken: Cancel)).Events
                .Select(logged => System.Text.Encoding.ASCII.GetString(logged.Payload.Span))];

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            _embedded?.Dispose();
            if (_redis is not null)
                await _redis.DisposeAsync();
        }
    }
}
