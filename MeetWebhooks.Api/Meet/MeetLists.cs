namespace MeetWebhooks.Api.Meet;

/// <summary>Meet's rooms and recordings.</summary>
internal sealed class MeetLists(MeetClient meet, WebhookLog log)
{
    private readonly SharedList _rooms = new(() => ReadAsync(meet.ListRoomsAsync, log, "creationDate", "roomName"));
    private readonly SharedList _recordings =
        new(() => ReadAsync(meet.ListRecordingsAsync, log, "startDate", "recordingId"));

    /// <summary>All rooms.</summary>
    /// <inheritdoc cref="SharedList.ReadAsync"/>
    public Task<MeetList> RoomsAsync(CancellationToken cancellationToken) => _rooms.ReadAsync(cancellationToken);

    /// <summary>All recordings.</summary>
    /// <inheritdoc cref="SharedList.ReadAsync"/>
    public Task<MeetList> RecordingsAsync(CancellationToken cancellationToken) =>
        _recordings.ReadAsync(cancellationToken);

    private static async Task<MeetList> ReadAsync(
        Func<Task<MeetItems>> readItemsAsync, WebhookLog log, string dateField, string nameField)
    {
        // The position first: an event that comes while Meet is asked is then heard after the list, never missed.
        var position = await log.PositionAsync().ConfigureAwait(false);
        var (items, date) = await readItemsAsync().ConfigureAwait(false);
        var newestFirst = items
            .OrderByDescending(item => item.Number(dateField))
            .ThenBy(item => item.Text(nameField), StringComparer.Ordinal);
        return new MeetList(position, [.. newestFirst], date);
    }
}
