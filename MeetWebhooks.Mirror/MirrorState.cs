using System.Collections.Immutable;

namespace MeetWebhooks.Mirror;

/// <summary>How an item changed.</summary>
/// <param name="Kind">What the item is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Item">How it is now, or null where it is gone.</param>
public sealed record MirrorChange(ItemKind Kind, string Id, MeetItem? Item);

/// <summary>What an event did to a mirror.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Event">The event; null where the payload is none.</param>
/// <param name="Subject">The id of the room or recording that the event is about, whether it changed or not; null for none.</param>
/// <param name="Changes">The items that changed.</param>
public sealed record MirrorStep(
    MirrorState State, MirrorEvent? Event, string? Subject, IReadOnlyList<MirrorChange> Changes)
{
    /// <summary>Who told the event.</summary>
    public EventSource Source => Event?.Source ?? EventSource.Webhook;

    /// <summary>
    /// Whether the state as a whole was replaced at this event: whoever shows what the events before it changed must begin
    /// afresh.
    /// </summary>
    public bool IsReplaced { get; init; }
}

/// <summary>That an item was removed.</summary>
/// <param name="At">When, by the log's clock.</param>
/// <param name="Date">The date of the last webhook that applied to it (<see cref="MirrorItem.Date"/>).</param>
/// <param name="IsFound">
/// True where a reading found it missing, false where OpenVidu Meet said that it is gone: then its lists may still have it
/// for a while.
/// </param>
public sealed record Removal(DateTimeOffset At, double? Date, bool IsFound);

/// <summary>
/// What rooms and recordings are now: a fold of the log's events. It never changes; an event gives a new state. The same
/// state and the same event give the same next state on every machine: no clock is looked at.
/// </summary>
/// <param name="Rooms">The rooms by their id.</param>
/// <param name="Recordings">The recordings by their id.</param>
/// <param name="Removed">What was removed, by its id, for as long as <see cref="RemovalsKept"/>.</param>
/// <param name="IsComplete">Whether the lists of OpenVidu Meet have ever been part of it.</param>
public sealed record MirrorState(
    ImmutableDictionary<string, MirrorItem> Rooms,
    ImmutableDictionary<string, MirrorItem> Recordings,
    ImmutableDictionary<string, Removal> Removed,
    bool IsComplete)
{
    /// <summary>For how long a late webhook does not bring back what was removed, in the log's time.</summary>
    public static readonly TimeSpan RemovalsKept = TimeSpan.FromHours(1);

    private static readonly ImmutableDictionary<string, MirrorItem> NoItems =
        ImmutableDictionary.Create<string, MirrorItem>(StringComparer.Ordinal);

    /// <summary>A state that knows nothing.</summary>
    public static MirrorState Empty { get; } =
        new(NoItems, NoItems, ImmutableDictionary.Create<string, Removal>(StringComparer.Ordinal), IsComplete: false);

    /// <summary>The items of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public ImmutableDictionary<string, MirrorItem> Items(ItemKind kind) => kind == ItemKind.Room ? Rooms : Recordings;

    /// <summary>Applies an event of the log. What is no event of rooms or recordings changes nothing.</summary>
    /// <param name="payload">The event's payload.</param>
    /// <param name="at">When it was appended, by the log's clock.</param>
    public MirrorStep Apply(ReadOnlySpan<byte> payload, DateTimeOffset at)
    {
        if (!MirrorEvent.TryRead(payload, out var told))
            return new MirrorStep(this, null, null, []);
        return told.Name switch
        {
            "meetingStarted" or "meetingEnded" or "roomCreated" or "roomUpdated" => ApplyRoom(told, at),
            "recordingStarted" or "recordingUpdated" or "recordingEnded" => ApplyRecording(told, at),
            "roomDeleted" => Remove(ItemKind.Room, told, at),
            "recordingDeleted" => Remove(ItemKind.Recording, told, at),
            _ => Unchanged(told, null),
        };
    }

    /// <summary>The state with an item as a reading found it, whatever was known of it before.</summary>
    /// <param name="kind">What the item is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="item">The item, normalized.</param>
    public MirrorState With(ItemKind kind, string id, MeetItem item)
    {
        var date = Items(kind).GetValueOrDefault(id)?.Date ?? Removed.GetValueOrDefault(id)?.Date;
        return WithItems(kind, Items(kind).SetItem(id, new MirrorItem(item, date))) with { Removed = Removed.Remove(id) };
    }

    /// <summary>The state without an item.</summary>
    /// <param name="kind">What the item is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="at">When it was removed, by the log's clock.</param>
    /// <param name="isFound"><see cref="Removal.IsFound"/>.</param>
    /// <param name="date">The date of the webhook that removes it; otherwise that of the last webhook is kept.</param>
    public MirrorState Without(ItemKind kind, string id, DateTimeOffset at, bool isFound, double? date = null)
    {
        date ??= Items(kind).GetValueOrDefault(id)?.Date ?? Removed.GetValueOrDefault(id)?.Date;
        var outdated = Removed.Where(removal => !IsKept(removal.Value, at)).Select(removal => removal.Key);
        return WithItems(kind, Items(kind).Remove(id)) with
        {
            Removed = Removed.RemoveRange(outdated).SetItem(id, new Removal(at, date, isFound)),
        };
    }

    private MirrorStep ApplyRoom(MirrorEvent told, DateTimeOffset at)
    {
        if (told.Data.Text("roomId") is not { } id)
            return Unchanged(told, null);
        if (told.Source != EventSource.Webhook)
            return Set(ItemKind.Room, id, told, date: null);
        if (IsRemoved(id, at) || told.Date < Rooms.GetValueOrDefault(id)?.Date)
            return Unchanged(told, id);

        // A room that goes with its meeting is still called active in the last word about it.
        return told.Name == "meetingEnded" && told.Data.Text("meetingEndAction") == "delete"
            ? Remove(ItemKind.Room, told, at)
            : Set(ItemKind.Room, id, told, told.Date);
    }

    private MirrorStep ApplyRecording(MirrorEvent told, DateTimeOffset at)
    {
        if (told.Data.Text("recordingId") is not { } id)
            return Unchanged(told, null);
        if (told.Source != EventSource.Webhook)
            return Set(ItemKind.Recording, id, told, date: null);

        var isBehind = Recordings.GetValueOrDefault(id) is { } known && RankOf(told.Data) < RankOf(known.Item);
        var isGone = IsRemoved(id, at) || (told.Data.Text("roomId") is { } room && IsRemoved(room, at));
        return isBehind || isGone ? Unchanged(told, id) : Set(ItemKind.Recording, id, told, told.Date);
    }

    private MirrorStep Set(ItemKind kind, string id, MirrorEvent told, double? date)
    {
        var item = MirrorItem.Normalize(told.Data);
        var state = date is null
            ? With(kind, id, item)
            : WithItems(kind, Items(kind).SetItem(id, new MirrorItem(item, date)));
        var isSame = Items(kind).GetValueOrDefault(id) is { } known && known.Item.IsSame(item);
        return new MirrorStep(state, told, id, isSame ? [] : [new MirrorChange(kind, id, item)]);
    }

    private MirrorStep Remove(ItemKind kind, MirrorEvent told, DateTimeOffset at)
    {
        if (told.Data.Text(kind.IdField()) is not { } id)
            return Unchanged(told, null);

        var isFound = told.Source == EventSource.Reconciliation;
        var changes = new List<MirrorChange>();
        var state = RemoveOne(this, kind, id, told.Source == EventSource.Webhook ? told.Date : null);

        // A reading says of each recording what became of it.
        if (kind == ItemKind.Room && !isFound)
        {
            foreach (var (recording, known) in Recordings)
            {
                if (known.Item.Text("roomId") == id)
                    state = RemoveOne(state, ItemKind.Recording, recording, date: null);
            }
        }

        return new MirrorStep(state, told, id, changes);

        MirrorState RemoveOne(MirrorState from, ItemKind removed, string removedId, double? date)
        {
            if (from.Items(removed).ContainsKey(removedId))
                changes.Add(new MirrorChange(removed, removedId, null));
            return from.Without(removed, removedId, at, isFound, date);
        }
    }

    private MirrorStep Unchanged(MirrorEvent told, string? subject) => new(this, told, subject, []);

    private MirrorState WithItems(ItemKind kind, ImmutableDictionary<string, MirrorItem> items) =>
        kind == ItemKind.Room ? this with { Rooms = items } : this with { Recordings = items };

    private bool IsRemoved(string id, DateTimeOffset at) => Removed.TryGetValue(id, out var removal) && IsKept(removal, at);

    private static bool IsKept(Removal removal, DateTimeOffset at) => at - removal.At < RemovalsKept;

    /// <summary>How far a recording has come; null where its status is not known, which is never behind another.</summary>
    private static int? RankOf(MeetItem recording) => recording.Text("status") switch
    {
        "starting" => 0,
        "active" => 1,
        "ending" => 2,
        "complete" or "failed" or "aborted" or "limit_reached" => 3,
        _ => null,
    };
}
