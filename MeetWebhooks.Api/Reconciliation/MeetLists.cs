using MeetWebhooks.Api.Meet;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>Meet's lists as one reading found them, by id and normalized.</summary>
/// <param name="Rooms">The rooms.</param>
/// <param name="Recordings">The recordings.</param>
internal sealed record MeetLists(
    IReadOnlyDictionary<string, MeetItem> Rooms, IReadOnlyDictionary<string, MeetItem> Recordings)
{
    /// <summary>The items of a kind.</summary>
    public IReadOnlyDictionary<string, MeetItem> Of(ItemKind kind) => kind == ItemKind.Room ? Rooms : Recordings;

    /// <summary>Reads both lists.</summary>
    /// <exception cref="MeetException">Meet refused or failed, or what answers is not Meet.</exception>
    public static async Task<MeetLists> ReadAsync(IMeetReader meet, CancellationToken cancellationToken) => new(
        await ReadAsync(meet, ItemKind.Room, cancellationToken).ConfigureAwait(false),
        await ReadAsync(meet, ItemKind.Recording, cancellationToken).ConfigureAwait(false));

    private static async Task<IReadOnlyDictionary<string, MeetItem>> ReadAsync(
        IMeetReader meet, ItemKind kind, CancellationToken cancellationToken)
    {
        var items = new Dictionary<string, MeetItem>(StringComparer.Ordinal);
        foreach (var item in await meet.ListAsync(kind, cancellationToken).ConfigureAwait(false))
        {
            // An item that moves while the pages are read can be on two of them; the later page is newer.
            if (item.Text(kind.IdField()) is { } id)
                items[id] = MirrorItem.Normalize(item);
        }

        return items;
    }
}
