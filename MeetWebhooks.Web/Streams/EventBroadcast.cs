using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>The broadcast of <c>GET /events</c>: every event of the log, as it was received.</summary>
internal sealed class EventBroadcast(
    LogFollower follower,
    IOptions<StreamOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<EventBroadcast> logger)
    : Broadcast(options.Value.Heartbeat, metrics, time, logger, lifetime.ApplicationStopping)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Heartbeat => EventFrame.Heartbeat;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Position(LogPosition position) =>
        EventFrame.Position(position, options.Value.Retry);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Reset(LogPosition position) => EventFrame.Reset(position);

    /// <inheritdoc/>
    public override Task RefreshAsync() => follower.RefreshAsync();
}
