using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Web.Changes;

/// <summary>Writes the frames of <c>GET /changes</c>: what happened, and the items that it changed, as they are now.</summary>
internal sealed class ChangeFrames(PageItems items)
{
    private static readonly string[] AboutFields =
        ["roomId", "recordingId", "status", "meetingEndAction", "message"];

    /// <summary>How the page's JSON is written.</summary>
    public static readonly JsonWriterOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The frame of an event.</summary>
    /// <param name="logged">The event as the log has it.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="step">What it did.</param>
    /// <param name="counts">How many recordings each room had before it; has the new numbers afterwards.</param>
    public byte[] Encode(LoggedEvent logged, MirrorState before, MirrorStep step, RecordingCounts counts)
    {
        if (step.IsReplaced)
            return EventFrame.Reset(logged.Id);
        if (step.Event is not { } told || MirrorEvent.IsForMirrorsOnly(logged.Payload.Span))
            return EventFrame.Position(logged.Id);

        var frame = new ArrayBufferWriter<byte>(1024);
        Encoding.ASCII.GetBytes($"event: change\nid: {logged.Id}\ndata: ", frame);
        using (var json = new Utf8JsonWriter(frame, Json))
        {
            json.WriteStartObject();
            json.WriteString("event"u8, told.Name);
            json.WriteNumber("creationDate"u8, told.Date);
            if (told.Source != EventSource.Webhook)
                json.WriteString("source"u8, MirrorEvent.NameOf(told.Source));
            WriteAbout(json, told.Data, before, step.State);
            WriteItems(json, step, counts.Count(before, step), counts);
            json.WriteEndObject();
        }

        frame.Write("\n\n"u8);
        return frame.WrittenSpan.ToArray();
    }

    private static void WriteAbout(Utf8JsonWriter json, MeetItem data, MirrorState before, MirrorState after)
    {
        json.WriteStartObject("about"u8);
        PageItems.WriteFields(json, data, AboutFields);
        var name = data.Text("roomName");
        if (name is null && data.Text("roomId") is { } room)
            name = (after.Rooms.GetValueOrDefault(room) ?? before.Rooms.GetValueOrDefault(room))?.Item.Text("roomName");
        if (name is not null)
            json.WriteString("roomName"u8, name);
        json.WriteEndObject();
    }

    private void WriteItems(Utf8JsonWriter json, MirrorStep step, IReadOnlySet<string> recounted, RecordingCounts counts)
    {
        var rooms = step.Changes.Where(change => change is { Kind: ItemKind.Room, Item: not null })
            .Select(change => change.Id).Union(recounted).Where(step.State.Rooms.ContainsKey);
        WriteList(json, "rooms", rooms, id => items.WriteRoom(json, step.State.Rooms[id].Item, counts.Of(id)));
        WriteList(
            json,
            "recordings",
            step.Changes.Where(change => change is { Kind: ItemKind.Recording, Item: not null }),
            change => PageItems.WriteRecording(json, change.Item!.Value));
        WriteList(json, "removedRooms", Removed(ItemKind.Room), json.WriteStringValue);
        WriteList(json, "removedRecordings", Removed(ItemKind.Recording), json.WriteStringValue);

        IEnumerable<string> Removed(ItemKind kind) =>
            step.Changes.Where(change => change.Kind == kind && change.Item is null).Select(change => change.Id);
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> list, Action<T> write)
    {
        var isEmpty = true;
        foreach (var one in list)
        {
            if (isEmpty)
                json.WriteStartArray(name);
            isEmpty = false;
            write(one);
        }

        if (!isEmpty)
            json.WriteEndArray();
    }
}
