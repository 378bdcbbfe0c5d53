using System.Runtime.InteropServices;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>Warns of refused webhooks: for each outcome at most once a minute, with their number since.</summary>
internal sealed partial class RefusalWarnings(TimeProvider time, ILogger<RefusalWarnings> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<WebhookOutcome, Refused> _refused = [];

    /// <summary>Counts a refused webhook, and warns unless the last minute has had a warning for the outcome.</summary>
    /// <param name="outcome">What the webhooks are counted by.</param>
    /// <param name="reason">Sentences that say why this one was refused, and what to do.</param>
    public void Add(WebhookOutcome outcome, string reason)
    {
        int count;
        lock (_lock)
        {
            ref var refused = ref CollectionsMarshal.GetValueRefOrAddDefault(_refused, outcome, out _);
            refused.Count++;
            if (refused.WarnedAt is { } warnedAt && time.GetElapsedTime(warnedAt) < Interval)
                return;
            count = refused.Count;
            refused = new Refused { WarnedAt = time.GetTimestamp() };
        }

        LogRefused(count, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Count} webhook(s). {Reason}")]
    private partial void LogRefused(int count, string reason);

    private struct Refused
    {
        public int Count;
        public long? WarnedAt;
    }
}
