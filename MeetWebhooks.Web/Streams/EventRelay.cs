using MeetWebhooks.Mirror;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>The loop that follows the log and feeds its events to this replica's broadcast.</summary>
internal sealed partial class EventRelay(
    LogFollower follower,
    EventBroadcast broadcast,
    IOptions<WebhookLogOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<EventRelay> logger) : BackgroundService
{
    private FrameRing? _ring;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var batch in follower.FollowAsync(after: null, stoppingToken))
                Relay(batch);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(broadcast.Count);
        }
    }

    private void Relay(LogBatch batch)
    {
        if (batch.Starts)
            _ring = new FrameRing(batch.After, options.Value.RetainedEvents, options.Value.RetainedBytes);
        foreach (var logged in batch.Events)
            Relay(logged, _ring!);

        // A stream without a position starts at the ring's end, so the whole log must be in the ring first.
        if (!batch.MoreFollow)
            broadcast.Publish(_ring!);
    }

    private void Relay(LoggedEvent logged, FrameRing ring)
    {
        // Events from before this replica started go to no browser, so they have no span and no age.
        var isLive = broadcast.Ring is not null;
        using var activity = isLive ? LogTelemetry.StartProcess(logged, "relay") : null;
        activity?.SetTag("meetwebhooks.browsers", broadcast.Count);
        ring.Add(logged.Id, MirrorEvent.IsForMirrorsOnly(logged.Payload.Span)
            ? EventFrame.Position(logged.Id)
            : EventFrame.Encode(logged));
        if (isLive)
            metrics.RecordAge(time.GetUtcNow() - logged.AppendedAt);
    }

    [LoggerMessage(LogLevel.Information, "Stopped relaying events; {Streams} streams were still open.")]
    private partial void LogStopped(int streams);
}
