using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// Events for what Meet sends no webhook about: rooms and recordings that were changed through this application. They
/// have the form of Meet's webhooks and go the same way, so every browser sees them.
/// </summary>
internal sealed partial class ChangeEvents(WebhookLog log, TimeProvider time, ILogger<ChangeEvents> logger)
{
    /// <summary>Publishes <c>roomCreated</c>.</summary>
    public Task RoomCreatedAsync(MeetItem room) =>
        PublishAsync("roomCreated", room, ChangeEventsJson.Default.ChangeEventMeetItem);

    /// <summary>Publishes <c>roomUpdated</c>: the room is to be closed or deleted, or was closed.</summary>
    public Task RoomUpdatedAsync(MeetItem room) =>
        PublishAsync("roomUpdated", room, ChangeEventsJson.Default.ChangeEventMeetItem);

    /// <summary>Publishes <c>roomDeleted</c>. The room's recordings, where it had any, are gone as well.</summary>
    public Task RoomDeletedAsync(string roomId) =>
        PublishAsync("roomDeleted", new DeletedRoom(roomId), ChangeEventsJson.Default.ChangeEventDeletedRoom);

    /// <summary>Publishes <c>recordingDeleted</c>.</summary>
    public Task RecordingDeletedAsync(string recordingId)
    {
        // A recording's id is {roomId}--EG_{…}--{…}.
        var end = recordingId.IndexOf("--EG_", StringComparison.Ordinal);
        return PublishAsync(
            "recordingDeleted",
            new DeletedRecording(recordingId, end < 0 ? null : recordingId[..end]),
            ChangeEventsJson.Default.ChangeEventDeletedRecording);
    }

    /// <summary>
    /// Appends the event to the log. The change itself is done: nobody gains from hearing that it failed, and a browser
    /// that misses the event sees the change when it next reads the list. Nor is the wait given up with the request.
    /// </summary>
    private async Task PublishAsync<T>(string name, T data, JsonTypeInfo<ChangeEvent<T>> json)
    {
        var change = new ChangeEvent<T>(name, time.GetUtcNow().ToUnixTimeMilliseconds(), data);
        try
        {
            await log.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(change, json)).ConfigureAwait(false);
        }
        catch (WebhookLogUnavailableException exception)
        {
            LogUnpublished(name, exception.Reason);
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "{Event} was not published: browsers learn of it when they next read the list ({Reason}).")]
    private partial void LogUnpublished(string @event, string reason);
}

/// <summary>An event in the form of Meet's webhooks.</summary>
/// <param name="Event">Its name.</param>
/// <param name="CreationDate">When it happened, in milliseconds since 1970.</param>
/// <param name="Data">What it is about.</param>
internal sealed record ChangeEvent<T>(string Event, long CreationDate, T Data);

/// <summary>A room that is gone.</summary>
internal sealed record DeletedRoom(string RoomId);

/// <summary>A recording that is gone, and its room where the id tells.</summary>
internal sealed record DeletedRecording(string RecordingId, string? RoomId);

/// <summary>Writes the events.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChangeEvent<MeetItem>))]
[JsonSerializable(typeof(ChangeEvent<DeletedRoom>))]
[JsonSerializable(typeof(ChangeEvent<DeletedRecording>))]
internal sealed partial class ChangeEventsJson : JsonSerializerContext;
