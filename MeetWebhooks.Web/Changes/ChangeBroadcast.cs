using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Sources;
using MeetWebhooks.Web.Streams;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Changes;

/// <summary>
/// The broadcast of <c>GET /changes</c>: what changed, for the page. Its heartbeats tell how well the sources are.
/// </summary>
internal sealed class ChangeBroadcast(
    LiveMirror mirror,
    SourceWatch sources,
    IOptions<StreamOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<ChangeBroadcast> logger)
    : Broadcast(HeartbeatInterval, options.Value.Retry, metrics, time, logger)
{
    /// <summary>How often a stream carries a heartbeat. The page takes a stream for dead after 10 seconds without one.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(4);

    private volatile byte[] _heartbeat = EventFrame.Heartbeat.ToArray();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Heartbeat => _heartbeat;

    /// <inheritdoc/>
    public override Task RefreshAsync() => mirror.RefreshAsync();

    /// <inheritdoc/>
    protected override void PrepareHeartbeat() =>
        _heartbeat = Ring is { } ring ? EventFrame.HeartbeatWith(sources.Encode(ring.Position)) : _heartbeat;
}
