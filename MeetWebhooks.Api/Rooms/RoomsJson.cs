using System.Text.Json.Serialization;

namespace MeetWebhooks.Api.Rooms;

/// <summary>The body of <c>POST /rooms</c>.</summary>
internal sealed record RoomRequest(string? RoomName);

/// <summary>The answer of <c>POST /rooms</c>.</summary>
internal sealed record RoomCreated(string Message, MeetItem Room);

/// <summary>The answer of <c>DELETE /rooms/{roomId}</c>, as <see cref="RoomDeletion"/> has it.</summary>
internal sealed record RoomDeleted(string Message, string? SuccessCode, MeetItem? Room);

/// <summary>Reads and writes the bodies, those to OpenVidu Meet included.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoomRequest))]
[JsonSerializable(typeof(NewRoom))]
[JsonSerializable(typeof(RoomCreated))]
[JsonSerializable(typeof(RoomDeleted))]
internal sealed partial class RoomsJson : JsonSerializerContext;
