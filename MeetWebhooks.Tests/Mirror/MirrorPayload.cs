using System.Globalization;
using System.Text;
using System.Text.Json;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>Payloads of events as the log contains them, and a time at which they are appended.</summary>
internal static class MirrorPayload
{
    /// <summary>When the first event is appended.</summary>
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>A webhook.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="date">Its <c>creationDate</c>.</param>
    /// <param name="data">Its data, as JSON.</param>
    public static byte[] Webhook(string name, double date, string data) => Encoding.UTF8.GetBytes(
        $$"""{"event":"{{name}}","creationDate":{{date.ToString(CultureInfo.InvariantCulture)}},"data":{{data}}}""");

    /// <summary>The webhook of a meeting's start.</summary>
    public static byte[] MeetingStarted(string room, double date) =>
        Webhook("meetingStarted", date, Room(room, "active_meeting"));

    /// <summary>The webhook of a meeting's end.</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="date">Its <c>creationDate</c>.</param>
    /// <param name="deletes">Whether the room goes with its meeting.</param>
    public static byte[] MeetingEnded(string room, double date, bool deletes = false) =>
        Webhook("meetingEnded", date, deletes ? Room(room, "active_meeting", "delete") : Room(room));

    /// <summary>The webhook of a recording.</summary>
    public static byte[] Recorded(string recording, string status, double date) =>
        Webhook(
            status switch
            {
                "starting" => "recordingStarted",
                "active" or "ending" => "recordingUpdated",
                _ => "recordingEnded",
            },
            date,
            Recording(recording, status));

    /// <summary>An event of our own that says how a room is.</summary>
    public static byte[] Updated(string room, string status = "open", EventSource source = EventSource.Command) =>
        MirrorEvent.Updated(ItemKind.Room, isNew: false, Item(Room(room, status)), source, Start);

    /// <summary>An event of our own that says that a room is gone.</summary>
    public static byte[] RoomDeleted(string room, EventSource source = EventSource.Command) =>
        MirrorEvent.Deleted(ItemKind.Room, room, source, Start);

    /// <summary>An event of our own that says that a recording is gone.</summary>
    public static byte[] RecordingDeleted(string recording, EventSource source = EventSource.Command) =>
        MirrorEvent.Deleted(ItemKind.Recording, recording, source, Start);

    /// <summary>A room.</summary>
    public static string Room(string id, string status = "open", string meetingEndAction = "none") =>
        $$"""{"roomId":"{{id}}","status":"{{status}}","meetingEndAction":"{{meetingEndAction}}"}""";

    /// <summary>A recording of the room that its id, <c>{roomId}--EG_{…}</c>, begins with.</summary>
    public static string Recording(string id, string status) =>
        $$"""{"recordingId":"{{id}}","roomId":"{{id.Split("--")[0]}}","status":"{{status}}"}""";

    /// <summary>JSON as an item.</summary>
    public static MeetItem Item(string json) => new(JsonElement.Parse(json));
}
