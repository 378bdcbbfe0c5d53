using System.Collections.Concurrent;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>
/// The deliveries that were refused: counts them until one is accepted, and warns of them, for each outcome at most once a
/// minute, with their number since.
/// </summary>
internal sealed partial class RefusedDeliveries(TimeProvider time, ILogger<RefusedDeliveries> logger)
{
    private readonly ConcurrentDictionary<WebhookOutcome, Throttle> _warnings = new();
    private volatile Refusals? _refusals;

    /// <summary>Those since the last one that was accepted; null for none.</summary>
    public RefusedWebhooks? SinceAccepted => _refusals is var (count, at, reason)
        ? new RefusedWebhooks(count, time.GetElapsedTime(at).TotalSeconds, reason)
        : null;

    /// <summary>Counts a refused delivery, and warns unless the last minute has had a warning for the outcome.</summary>
    /// <param name="outcome">What the deliveries are counted by.</param>
    /// <param name="reason">Sentences that say why this one was refused, and what to do.</param>
    public void Add(WebhookOutcome outcome, string reason)
    {
        _refusals = new Refusals((_refusals?.Count ?? 0) + 1, time.GetTimestamp(), reason);
        if (_warnings.GetOrAdd(outcome, _ => new Throttle(TimeSpan.FromMinutes(1), time)).TryPass(out var count))
            LogRefused(count, reason);
    }

    /// <summary>Begins to count anew: a delivery was accepted.</summary>
    public void Clear() => _refusals = null;

    [LoggerMessage(LogLevel.Warning, "Refused {Count} webhook(s). {Reason}")]
    private partial void LogRefused(int count, string reason);

    private sealed record Refusals(int Count, long At, string Reason);
}
