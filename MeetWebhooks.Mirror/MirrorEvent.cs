using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeetWebhooks.Mirror;

/// <summary>Who tells of a change, where it is not one of OpenVidu Meet's webhooks.</summary>
public enum EventSource
{
    /// <summary>A webhook of OpenVidu Meet.</summary>
    Webhook,

    /// <summary>A command of this application, which OpenVidu Meet has carried out.</summary>
    Command,

    /// <summary>A comparison with OpenVidu Meet's lists.</summary>
    Reconciliation,
}

/// <summary>
/// An event of the log: a webhook, or an event of our own in the same form (<c>roomCreated</c>, <c>roomUpdated</c>,
/// <c>roomDeleted</c>, <c>recordingUpdated</c>, <c>recordingDeleted</c>, <c>snapshotStored</c>). Those have a
/// <c>source</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Date">Its <c>creationDate</c>, in milliseconds since 1970 by the sender's clock.</param>
/// <param name="Data">What it is about.</param>
/// <param name="Source">Who tells it.</param>
public sealed record MirrorEvent(string Name, double Date, MeetItem Data, EventSource Source)
{
    /// <summary>Says that the state of all mirrors was stored, and whether every mirror must take it over.</summary>
    internal const string SnapshotStored = "snapshotStored";

    /// <summary>How the payload of <see cref="SnapshotStored"/> begins.</summary>
    private static ReadOnlySpan<byte> SnapshotStoredStart => "{\"event\":\"snapshotStored\","u8;

    /// <summary>Whether a payload is for mirrors alone and tells a browser nothing.</summary>
    /// <param name="payload">An event's payload.</param>
    public static bool IsForMirrorsOnly(ReadOnlySpan<byte> payload) => payload.StartsWith(SnapshotStoredStart);

    /// <summary>Reads an event.</summary>
    /// <param name="payload">Its payload as the log has it.</param>
    /// <param name="read">The event, where the answer is true.</param>
    /// <returns>False where the payload is no event in the form of a webhook.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out MirrorEvent? read)
    {
        read = null;
        MeetItem json;
        try
        {
            json = new MeetItem(JsonElement.Parse(payload));
        }
        catch (JsonException)
        {
            return false;
        }

        if (json.Text("event") is not { } name || json.Number("creationDate") is not { } date || json.Item("data") is not { } data)
            return false;
        read = new MirrorEvent(name, date, data, SourceOf(json, name));
        return true;
    }

    /// <summary>An event that says how an item is now.</summary>
    /// <param name="kind">What the item is.</param>
    /// <param name="isNew">Whether it was not known before.</param>
    /// <param name="item">The item.</param>
    /// <param name="source">Who tells it.</param>
    /// <param name="now">The current time.</param>
    public static byte[] Updated(ItemKind kind, bool isNew, MeetItem item, EventSource source, DateTimeOffset now)
    {
        var name = kind == ItemKind.Recording ? "recordingUpdated" : isNew ? "roomCreated" : "roomUpdated";
        return JsonSerializer.SerializeToUtf8Bytes(
            new OwnEvent<MeetItem>(name, now.ToUnixTimeMilliseconds(), NameOf(source), item),
            OwnEventJson.Default.OwnEventMeetItem);
    }

    /// <summary>An event that says that an item is gone.</summary>
    /// <param name="kind">What the item was.</param>
    /// <param name="id">Its id.</param>
    /// <param name="source">Who tells it.</param>
    /// <param name="now">The current time.</param>
    public static byte[] Deleted(ItemKind kind, string id, EventSource source, DateTimeOffset now)
    {
        var date = now.ToUnixTimeMilliseconds();
        return kind == ItemKind.Room
            ? JsonSerializer.SerializeToUtf8Bytes(
                new OwnEvent<DeletedItem>("roomDeleted", date, NameOf(source), new DeletedItem(id, null)),
                OwnEventJson.Default.OwnEventDeletedItem)
            : JsonSerializer.SerializeToUtf8Bytes(
                new OwnEvent<DeletedItem>("recordingDeleted", date, NameOf(source), new DeletedItem(RoomOf(id), id)),
                OwnEventJson.Default.OwnEventDeletedItem);
    }

    /// <summary>An event that says that a snapshot was stored.</summary>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="replaces">Whether its state replaces that of every mirror.</param>
    /// <param name="now">The current time.</param>
    public static byte[] Stored(string snapshot, bool replaces, DateTimeOffset now) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new OwnEvent<StoredSnapshot>(
                SnapshotStored,
                now.ToUnixTimeMilliseconds(),
                NameOf(EventSource.Reconciliation),
                new StoredSnapshot(snapshot, replaces)),
            OwnEventJson.Default.OwnEventStoredSnapshot);

    /// <summary>The room of a recording, where its id, <c>{roomId}--EG_{…}--{…}</c>, tells.</summary>
    private static string? RoomOf(string recordingId)
    {
        var end = recordingId.IndexOf("--EG_", StringComparison.Ordinal);
        return end < 0 ? null : recordingId[..end];
    }

    private static EventSource SourceOf(MeetItem json, string name) => json.Text("source") switch
    {
        "command" => EventSource.Command,
        "reconciliation" => EventSource.Reconciliation,
        // Appended by a version that named no source.
        _ => name is "roomCreated" or "roomUpdated" or "roomDeleted" or "recordingDeleted"
            ? EventSource.Command
            : EventSource.Webhook,
    };

    /// <summary>How an event of our own names who tells it.</summary>
    /// <param name="source">Who: a command or a comparison.</param>
    public static string NameOf(EventSource source) => source == EventSource.Command ? "command" : "reconciliation";
}

/// <summary>An event of our own in the form of OpenVidu Meet's webhooks.</summary>
internal sealed record OwnEvent<T>(string Event, long CreationDate, string Source, T Data);

/// <summary>An item that is gone; for a recording, its room as well where the id tells.</summary>
internal sealed record DeletedItem(string? RoomId, string? RecordingId);

/// <summary>A snapshot that was stored.</summary>
internal sealed record StoredSnapshot(string Snapshot, bool Replaces);

/// <summary>Writes the events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OwnEvent<MeetItem>))]
[JsonSerializable(typeof(OwnEvent<DeletedItem>))]
[JsonSerializable(typeof(OwnEvent<StoredSnapshot>))]
internal sealed partial class OwnEventJson : JsonSerializerContext;
