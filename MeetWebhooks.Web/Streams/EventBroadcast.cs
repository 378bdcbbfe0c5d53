using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>The broadcast of <c>GET /events</c>: every event of the log, as it was received.</summary>
internal sealed class EventBroadcast(
    LogFollower follower,
    IOptions<StreamOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<EventBroadcast> logger)
    : Broadcast(options.Value.Heartbeat, options.Value.Retry, metrics, time, logger)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Heartbeat => EventFrame.Heartbeat;

    /// <inheritdoc/>
    public override Task RefreshAsync() => follower.RefreshAsync();
}
