using System.Text.Json.Serialization;
using MeetWebhooks.Api.Meet;

namespace MeetWebhooks.Api.Recordings;

/// <summary>The answer of <c>GET /recordings</c>.</summary>
internal sealed record RecordingList(IEnumerable<MeetItem> Recordings);

/// <summary>The answer of <c>DELETE /recordings/{recordingId}</c>.</summary>
internal sealed record RecordingDeleted(string Message);

/// <summary>The answer of <c>GET /recordings/{recordingId}/url</c>.</summary>
internal sealed record RecordingUrl(string Url);

/// <summary>Writes the bodies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecordingList))]
[JsonSerializable(typeof(RecordingDeleted))]
[JsonSerializable(typeof(RecordingUrl))]
internal sealed partial class RecordingsJson : JsonSerializerContext;
