using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeetWebhooks.Simulator.Meetings;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;
using MeetWebhooks.Simulator.Webhooks;

namespace MeetWebhooks.Simulator;

/// <summary>Writes JSON as JavaScript does: names in camel case, nothing escaped that need not be, no nulls.</summary>
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(RoomAnswer))]
[JsonSerializable(typeof(Recording))]
[JsonSerializable(typeof(RoomConfig))]
[JsonSerializable(typeof(RoomDeletion))]
[JsonSerializable(typeof(RoomMessage))]
[JsonSerializable(typeof(BulkRoomDeletion))]
[JsonSerializable(typeof(BulkRecordingDeletion))]
[JsonSerializable(typeof(RecordingLink))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(MeetingView))]
[JsonSerializable(typeof(Joined))]
[JsonSerializable(typeof(SimulationView))]
[JsonSerializable(typeof(WebhookBody<RoomAnswer>))]
[JsonSerializable(typeof(WebhookBody<Recording>))]
[JsonSerializable(typeof(WebhookBody<TestMessage>))]
internal sealed partial class SimulatorJson : JsonSerializerContext
{
    /// <summary>The context to use.</summary>
    public static SimulatorJson Meet { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>A sentence as an answer.</summary>
internal sealed record Message([property: JsonPropertyName("message")] string Text);
