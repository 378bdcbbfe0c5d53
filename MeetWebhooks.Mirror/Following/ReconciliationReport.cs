using System.Text.Json.Serialization;

namespace MeetWebhooks.Mirror.Following;

/// <summary>What an Api tells of itself: how its comparison with OpenVidu Meet's lists goes, and what it has refused.</summary>
/// <param name="LogAge">For how many seconds the Api may have lacked events of the log; 0 while it has all.</param>
/// <param name="ReadingAge">How many seconds ago the Api's last successful reading began; null where it has not read yet.</param>
/// <param name="Failure">Why its last reading failed; null where it did not.</param>
/// <param name="FailureStatus">The HTTP status for it.</param>
/// <param name="Refused">The webhooks that it has refused since it accepted the last one; null for none.</param>
public sealed record ReconciliationReport(
    double LogAge, double? ReadingAge, string? Failure, int? FailureStatus, RefusedWebhooks? Refused);

/// <summary>Webhooks that were refused.</summary>
/// <param name="Count">How many.</param>
/// <param name="Age">How many seconds ago the last one was.</param>
/// <param name="Reason">Why that one was, and what to do.</param>
public sealed record RefusedWebhooks(int Count, double Age, string Reason);

/// <summary>Reads and writes the report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReconciliationReport))]
public sealed partial class ReconciliationJson : JsonSerializerContext;
