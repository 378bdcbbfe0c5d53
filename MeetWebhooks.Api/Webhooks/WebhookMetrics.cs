using System.Diagnostics.Metrics;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>What became of a delivery.</summary>
internal enum WebhookOutcome
{
    Accepted,
    Repeated,
    NoTimestamp,
    NoSignature,
    TimestampInSeconds,
    TooOld,
    FromTheFuture,
    WrongSignature,
    TooLarge,
    NotAnEvent,
    NotStored,
}

/// <summary>Counts the deliveries by their outcome.</summary>
internal sealed class WebhookMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _received = meters.Create("MeetWebhooks.Api").CreateCounter<long>(
        "meetwebhooks.webhooks", "{webhook}", "Webhooks that arrived, by what became of them.");

    public void Received(WebhookOutcome outcome) =>
        _received.Add(1, new KeyValuePair<string, object?>("meetwebhooks.webhook.outcome", outcome.ToString()));
}
