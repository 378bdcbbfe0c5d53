namespace MeetWebhooks.Api.Reconciliation;

/// <summary>What an item is at OpenVidu Meet, where the mirror has it otherwise.</summary>
/// <param name="Kind">What the item is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Item">How it is, normalized; null where it is gone.</param>
/// <param name="IsNew">Whether the mirror does not have it.</param>
internal sealed record Difference(ItemKind Kind, string Id, MeetItem? Item, bool IsNew)
{
    /// <summary>The event that tells of it.</summary>
    public byte[] ToEvent(EventSource source, DateTimeOffset now) => Item is { } item
        ? MirrorEvent.Updated(Kind, IsNew, item, source, now)
        : MirrorEvent.Deleted(Kind, Id, source, now);

    /// <summary>The state with the difference applied.</summary>
    public MirrorState ApplyTo(MirrorState state, DateTimeOffset now) => Item is { } item
        ? state.With(Kind, Id, item)
        : state.Without(Kind, Id, now, isFound: true);

    /// <summary>Compares one item.</summary>
    /// <param name="state">What the mirror has.</param>
    /// <param name="kind">What the item is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="item">How it is at Meet, normalized; null where it is gone.</param>
    /// <returns>Null where there is none.</returns>
    public static Difference? Of(MirrorState state, ItemKind kind, string id, MeetItem? item)
    {
        var known = state.Items(kind).GetValueOrDefault(id);
        var isSame = known is null ? item is null : item is { } found && known.Item.IsSame(found);
        return isSame ? null : new Difference(kind, id, item, known is null);
    }
}

/// <summary>The differences that a reading found.</summary>
/// <param name="Certain">Those to tell of.</param>
/// <param name="Uncertain">
/// Those about which there was an event lately: what was read may be older than it.
/// </param>
internal sealed record Differences(IReadOnlyList<Difference> Certain, IReadOnlyList<Difference> Uncertain)
{
    /// <summary>Sorts out what can be told.</summary>
    /// <param name="all">All differences.</param>
    /// <param name="events">The recent events.</param>
    /// <param name="began">When the reading began.</param>
    public static Differences Of(IEnumerable<Difference> all, RecentEvents events, long began)
    {
        var byCertainty = all
            .Where(difference => difference.Item is null || !events.IsBeingDeleted(difference.Id))
            .ToLookup(difference => !events.HasEventSince(difference.Id, began));
        return new Differences([.. byCertainty[true]], [.. byCertainty[false]]);
    }
}
