using System.Text.Json.Serialization;

namespace MeetWebhooks.Web.Sources;

/// <summary>How well what the page shows can be relied on, in the heartbeats of <c>GET /changes</c>.</summary>
/// <param name="Position">The log's position that this replica is at.</param>
/// <param name="Time">When this was written, in milliseconds since 1970.</param>
/// <param name="Sources">What the page's contents come from.</param>
/// <param name="RefusedWebhooks">The webhooks that were refused since the last one that was accepted; null for none.</param>
internal sealed record SourceReport(string Position, long Time, SourceStates Sources, RefusedReport? RefusedWebhooks);

/// <summary>The parts that must work for the page to be up to date.</summary>
internal sealed record SourceStates(SourceState Redis, SourceState Api, SourceState Meet);

/// <summary>How a source is.</summary>
/// <param name="IsReachable">Whether it answers.</param>
/// <param name="Since">
/// Since when it has been reachable, or when it last was known to be, in milliseconds since 1970; null where it never was.
/// </param>
/// <param name="Reason">Why it is not reachable, where that is known.</param>
/// <param name="LastReading">When OpenVidu Meet's lists were last read, in milliseconds since 1970.</param>
internal sealed record SourceState(bool IsReachable, long? Since, string? Reason = null, long? LastReading = null);

/// <summary>Webhooks that were refused.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">When the last one was, in milliseconds since 1970.</param>
/// <param name="Reason">Why that one was, and what to do.</param>
internal sealed record RefusedReport(int Count, long Last, string Reason);

/// <summary>Writes the report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceReport))]
internal sealed partial class SourceReportJson : JsonSerializerContext;
