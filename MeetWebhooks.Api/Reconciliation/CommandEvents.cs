using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// Events for what Meet sends no webhook about: rooms and recordings that were changed through this application. They have
/// the form of Meet's webhooks and go the same way, so every browser sees them.
/// </summary>
/// <remarks>
/// A change is done when it is to be told of. Nobody gains from hearing that telling of it failed: the next reading of
/// Meet's lists finds it. Nor is the wait given up with the request.
/// </remarks>
internal sealed partial class CommandEvents(
    IMeetReader meet,
    IMirrorLog log,
    RecentEvents events,
    DifferenceWriter writer,
    TimeProvider time,
    ILogger<CommandEvents> logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Tells of a room that Meet has just created.</summary>
    /// <param name="room">The room as Meet answered.</param>
    /// <param name="began">When Meet was asked to.</param>
    public Task RoomCreatedAsync(MeetItem room, long began) =>
        TellAsync(cancellationToken => WriteAsync(room, began, cancellationToken));

    /// <summary>Tells how a room is that Meet has just closed, or is to close or delete.</summary>
    /// <param name="roomId">The room.</param>
    public Task RoomUpdatedAsync(string roomId) => TellAsync(async cancellationToken =>
    {
        // As it is after the change: what Meet answered to the command can be older.
        var began = time.GetTimestamp();
        if (await meet.FindAsync(ItemKind.Room, roomId, cancellationToken).ConfigureAwait(false) is { } room)
            await WriteAsync(room, began, cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Tells that Meet has deleted a room or a recording.</summary>
    /// <param name="kind">What it was.</param>
    /// <param name="id">Its id.</param>
    public Task DeletedAsync(ItemKind kind, string id) => TellAsync(cancellationToken =>
        log.AppendAsync(MirrorEvent.Deleted(kind, id, EventSource.Command, time.GetUtcNow()), cancellationToken));

    private Task WriteAsync(MeetItem room, long began, CancellationToken cancellationToken) =>
        room.Text("roomId") is not { } id
            ? Task.CompletedTask
            : writer.WriteAsync(
                [new Difference(ItemKind.Room, id, MirrorItem.Normalize(room), IsNew: true)],
                events.WithoutMargin(began),
                EventSource.Command,
                isComplete: false,
                cancellationToken);

    private async Task TellAsync(Func<CancellationToken, Task> tellAsync)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        try
        {
            await tellAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MeetException or WebhookLogUnavailableException
            || (exception is OperationCanceledException && limit.IsCancellationRequested))
        {
            LogUntold((exception as WebhookLogUnavailableException)?.Reason ?? exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "A change was not published: pages show it after the next reading of OpenVidu Meet's lists ({Reason}).")]
    private partial void LogUntold(string reason);
}
