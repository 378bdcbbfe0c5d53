using System.Text.Json.Serialization;

namespace MeetWebhooks.Api.Recordings;

/// <summary>The answer of <c>DELETE /recordings/{recordingId}</c>.</summary>
internal sealed record RecordingDeleted(string Message);

/// <summary>The answer of <c>GET /recordings/{recordingId}/url</c>.</summary>
internal sealed record RecordingUrl(string Url);

/// <summary>Writes the bodies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecordingDeleted))]
[JsonSerializable(typeof(RecordingUrl))]
internal sealed partial class RecordingsJson : JsonSerializerContext;
