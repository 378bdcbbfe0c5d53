using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Web.Page;

namespace MeetWebhooks.Web.Changes;

/// <summary>
/// Rooms and recordings as the page shows them: the fields that it needs, of some three kilobytes that OpenVidu Meet tells.
/// </summary>
internal sealed class PageItems(MeetLinks links)
{
    private static readonly string[] RoomFields =
        ["roomId", "roomName", "creationDate", "status", "meetingEndAction", "autoDeletionDate"];

    private static readonly string[] RecordingFields =
        ["recordingId", "roomId", "roomName", "status", "startDate", "endDate", "duration", "size", "error"];

    /// <summary>Writes a room.</summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="room">The room.</param>
    /// <param name="recordings">How many recordings of it there are.</param>
    public void WriteRoom(Utf8JsonWriter output, MeetItem room, int recordings)
    {
        output.WriteStartObject();
        WriteFields(output, room, RoomFields);
        WriteLink(output, "moderatorUrl"u8, LinkOf(room, "moderator"));
        WriteLink(output, "speakerUrl"u8, LinkOf(room, "speaker"));
        output.WriteNumber("recordingCount"u8, recordings);
        output.WriteEndObject();
    }

    /// <summary>Writes a recording.</summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="recording">The recording.</param>
    public static void WriteRecording(Utf8JsonWriter output, MeetItem recording)
    {
        output.WriteStartObject();
        WriteFields(output, recording, RecordingFields);
        output.WriteEndObject();
    }

    /// <summary>Writes those of the fields that an item has as text, number or truth value.</summary>
    public static void WriteFields(Utf8JsonWriter output, MeetItem item, ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            var value = item.Scalar(field);
            if (value.IsEmpty)
                continue;
            output.WritePropertyName(field);
            output.WriteRawValue(value, skipInputValidation: true);
        }
    }

    /// <summary>
    /// The path by which somebody joins. OpenVidu Meet 3.8.0 and later have it in <c>access</c>, where it can be switched off.
    /// </summary>
    private static string? LinkOf(MeetItem room, string role)
    {
        if (room.Text(role + "Url") is { } link)
            return link;
        var access = room.Item("access")?.Item("anonymous")?.Item(role);
        return access?.Flag("enabled") == false ? null : access?.Text("url");
    }

    private void WriteLink(Utf8JsonWriter output, ReadOnlySpan<byte> name, string? path)
    {
        if (path?.StartsWith('/') == true)
            output.WriteString(name, links.Of(path));
    }
}
