namespace MeetWebhooks.Mirror.Following;

/// <summary>The log as a mirror and its reconciliation need it.</summary>
public interface IMirrorLog
{
    /// <inheritdoc cref="LogFollower.FollowAsync"/>
    IAsyncEnumerable<LogBatch> FollowAsync(LogPosition? after, CancellationToken cancellationToken);

    /// <inheritdoc cref="LogFollower.RefreshAsync"/>
    Task RefreshAsync();

    /// <inheritdoc cref="LogFollower.Age"/>
    TimeSpan Age { get; }

    /// <inheritdoc cref="WebhookLog.ReadSnapshotAsync"/>
    Task<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="WebhookLog.AppendSnapshotAsync"/>
    Task<bool> AppendSnapshotAsync(
        LogSnapshot snapshot, string? before, byte[] payload, CancellationToken cancellationToken);

    /// <inheritdoc cref="WebhookLog.AppendAtAsync"/>
    Task<bool> AppendAtAsync(LogPosition last, IEnumerable<byte[]> payloads, CancellationToken cancellationToken);

    /// <summary>Appends an event whatever the log's newest one is.</summary>
    /// <param name="payload">The event's bytes.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still take place.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    Task AppendAsync(byte[] payload, CancellationToken cancellationToken);

    /// <inheritdoc cref="WebhookLog.TakeTurnAsync"/>
    Task<bool> TakeTurnAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken);
}
