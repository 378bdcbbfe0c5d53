using MeetWebhooks.EmbeddedRedis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Events;

/// <summary>A follower whose reader leaves and comes back, as a mirror does that starts from another snapshot.</summary>
public sealed class LogFollowerTests : IAsyncLifetime
{
    private readonly LogText _told = new();
    private readonly LoggerFactory _loggers;
    private readonly CancellationTokenSource _left = new();
    private EmbeddedServer _server = null!;
    private ConnectionMultiplexer _connection = null!;
    private WebhookLog _log = null!;
    private LogFollower _follower = null!;

    public LogFollowerTests() => _loggers = new LoggerFactory([_told]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = EmbeddedServer.Start();
        _connection = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        _log = TestLog.Of(_connection);
        _follower = new LogFollower(
            _log, Options.Create(new WebhookLogOptions()), TimeProvider.System, _loggers.CreateLogger<LogFollower>());
        await _log.AppendAsync("one"u8.ToArray(), cancellationToken: Cancel);
        await _log.AppendAsync("two"u8.ToArray(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_refresh_ends_although_the_reader_has_left_and_begun_anew_meanwhile()
    {
        var refresh = _follower.RefreshAsync();
        await foreach (var _ in _follower.FollowAsync(after: null, Cancel))
            break;
        Assert.False(refresh.IsCompleted);

        await using var batches = _follower.FollowAsync(after: null, _left.Token).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());
        var next = batches.MoveNextAsync().AsTask();

        await refresh.WaitAsync(Eventually.Limit, Cancel);
        await EndAsync(next);
    }

    [Fact]
    public async Task Events_that_a_reader_finds_as_it_begins_are_not_told_as_missed()
    {
        var first = (await _log.ReadAsync(null, 10, cancellationToken: Cancel)).Events[0].Id;

        await foreach (var batch in _follower.FollowAsync(first, Cancel))
        {
            Assert.Equal("two"u8, Assert.Single(batch.Events).Payload.Span);
            break;
        }

        await using var batches = _follower.FollowAsync(first, _left.Token).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());
        var next = batches.MoveNextAsync().AsTask();
        await _follower.RefreshAsync().WaitAsync(Eventually.Limit, Cancel);
        Assert.False(_told.Has("Warning"));
        await EndAsync(next);
    }

    public async ValueTask DisposeAsync()
    {
        _left.Dispose();
        _loggers.Dispose();
        await _connection.DisposeAsync();
        _server.Dispose();
        _told.Dispose();
    }

    private async Task EndAsync(Task next)
    {
        await _left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
