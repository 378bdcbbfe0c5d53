namespace MeetWebhooks.Mirror.Following;

/// <summary>The log in Redis, over a connection of its own: a snapshot can be large, and webhooks must not wait behind it.</summary>
/// <param name="log">The log.</param>
/// <param name="follower">A follower of the log that nobody else uses.</param>
internal sealed class RedisMirrorLog(WebhookLog log, LogFollower follower) : IMirrorLog
{
    public TimeSpan Age => follower.Age;

    public IAsyncEnumerable<LogBatch> FollowAsync(LogPosition? after, CancellationToken cancellationToken) =>
        follower.FollowAsync(after, cancellationToken);

    public Task RefreshAsync() => follower.RefreshAsync();

    public Task<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken) => log.ReadSnapshotAsync(cancellationToken);

    public Task<bool> AppendSnapshotAsync(
        LogSnapshot snapshot, string? before, byte[] payload, CancellationToken cancellationToken) =>
        log.AppendSnapshotAsync(snapshot, before, payload, cancellationToken);

    public Task<bool> AppendAtAsync(LogPosition last, IEnumerable<byte[]> payloads, CancellationToken cancellationToken) =>
        log.AppendAtAsync(last, payloads, cancellationToken);

    public Task AppendAsync(byte[] payload, CancellationToken cancellationToken) =>
        log.AppendAsync(payload, cancellationToken: cancellationToken);

    public Task<bool> TakeTurnAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken) =>
        log.TakeTurnAsync(name, owner, time, cancellationToken);
}
