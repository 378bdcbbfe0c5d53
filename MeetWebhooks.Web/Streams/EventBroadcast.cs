using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>The broadcast of <c>GET /events</c>: every event of the log, as it was received.</summary>
internal sealed class EventBroadcast(
    LogFollower follower,
    IOptions<StreamOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<EventBroadcast> logger)
    : Broadcast(options.Value.Heartbeat, metrics, time, logger)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Heartbeat => EventFrame.Heartbeat;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Position(LogPosition position) =>
        EventFrame.Position(position, Retry());

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Goodbye => EventFrame.Retry(Retry());

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Reset(LogPosition position) => EventFrame.Reset(position);

    /// <inheritdoc/>
    public override Task RefreshAsync() => follower.RefreshAsync();

    // Browsers that lose their streams together must not come back together.
    private TimeSpan Retry() => options.Value.Retry * (1 + Random.Shared.NextDouble());
}
