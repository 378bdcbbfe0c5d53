using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>Tells Web replicas how this Api is doing.</summary>
internal sealed class ReconciliationReports(
    LiveMirror mirror, Reconciler reconciler, RefusedDeliveries refused, TimeProvider time)
{
    /// <summary>How it is doing now.</summary>
    public ReconciliationReport Report() => new(
        mirror.Age.TotalSeconds,
        reconciler.ReadAt is { } readAt ? time.GetElapsedTime(readAt).TotalSeconds : null,
        reconciler.Failure?.Message,
        reconciler.Failure?.Status,
        refused.SinceAccepted);
}
