using System.Collections.Concurrent;
using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>Warns of refused webhooks: for each outcome at most once a minute, with their number since.</summary>
internal sealed partial class RefusalWarnings(TimeProvider time, ILogger<RefusalWarnings> logger)
{
    private readonly ConcurrentDictionary<WebhookOutcome, Throttle> _warnings = new();

    /// <summary>Counts a refused webhook, and warns unless the last minute has had a warning for the outcome.</summary>
    /// <param name="outcome">What the webhooks are counted by.</param>
    /// <param name="reason">Sentences that say why this one was refused, and what to do.</param>
    public void Add(WebhookOutcome outcome, string reason)
    {
        if (_warnings.GetOrAdd(outcome, _ => new Throttle(TimeSpan.FromMinutes(1), time)).TryPass(out var count))
            LogRefused(count, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Count} webhook(s). {Reason}")]
    private partial void LogRefused(int count, string reason);
}
