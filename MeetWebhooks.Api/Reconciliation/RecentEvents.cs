using System.Collections.Concurrent;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// Which items events were about lately, by this machine's own monotonic clock. Meet sends webhooks beside its database's
/// writes, not after them, so what it answers about such an item may be older than the event.
/// </summary>
internal sealed class RecentEvents
{
    /// <summary>How much later than its webhook a change can show in what Meet answers.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>For how long Meet may still list what it said is deleted: the deletion waits for the meeting's end.</summary>
    private static readonly TimeSpan DeletionTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (Removal Removal, long At)> _removals = new(StringComparer.Ordinal);
    private readonly long _margin;
    private long _startedAt;
    private long _cleanedAt;

    /// <summary>Listens to a mirror.</summary>
    public RecentEvents(LiveMirror mirror, TimeProvider time)
    {
        _time = time;
        _margin = (long)(Margin.TotalSeconds * time.TimestampFrequency);
        _cleanedAt = time.GetTimestamp();
        _startedAt = _cleanedAt;
        mirror.Started += OnStarted;
        mirror.Folded += OnFolded;
    }

    /// <summary>
    /// Whether there was an event about an item at most <see cref="Margin"/> before a time, or later. Where the event is one
    /// of a reconciliation, which is as new as what it read, only those later than the time count.
    /// </summary>
    /// <param name="id">The item's id.</param>
    /// <param name="timestamp">The time, as <see cref="TimeProvider.GetTimestamp"/> gave it.</param>
    public bool HasEventSince(string id, long timestamp) =>
        Volatile.Read(ref _startedAt) > timestamp || (_events.TryGetValue(id, out var at) && at > timestamp);

    /// <summary>
    /// The time to give to <see cref="HasEventSince"/> for an answer that is newer than all events before it: Meet gave it
    /// after it had carried out a command.
    /// </summary>
    /// <param name="timestamp">When Meet was asked.</param>
    public long WithoutMargin(long timestamp) => timestamp + _margin;

    /// <summary>Whether an item was deleted so recently that Meet may still list it.</summary>
    /// <param name="id">The item's id.</param>
    public bool IsBeingDeleted(string id) =>
        _removals.TryGetValue(id, out var removal) && _time.GetElapsedTime(removal.At) < DeletionTime;

    private void OnStarted(MirrorView view)
    {
        // Which events lie behind the state is not known; they can be as new as the start. Where nothing was known, nothing
        // can be undone.
        if (view.State.IsComplete)
            Volatile.Write(ref _startedAt, _time.GetTimestamp() + _margin);
        _events.Clear();
        foreach (var (id, removal) in view.State.Removed)
            RecordRemoval(id, removal);
    }

    private void OnFolded(LoggedEvent logged, MirrorStep step)
    {
        // As if it came later by the margin, so that one comparison answers both questions.
        var at = _time.GetTimestamp();
        if (step.Source != EventSource.Reconciliation)
            at += _margin;
        foreach (var id in step.Changes.Select(change => change.Id).Append(step.Subject).OfType<string>())
        {
            _events[id] = at;
            if (step.State.Removed.TryGetValue(id, out var removal))
                RecordRemoval(id, removal);
            else
                _removals.TryRemove(id, out _);
        }

        Clean();
    }

    private void RecordRemoval(string id, Removal removal)
    {
        if (removal.IsFound)
            _removals.TryRemove(id, out _);
        else if (!_removals.TryGetValue(id, out var known) || known.Removal != removal)
            _removals[id] = (removal, _time.GetTimestamp());
    }

    private void Clean()
    {
        if (_time.GetElapsedTime(_cleanedAt) < Kept)
            return;
        _cleanedAt = _time.GetTimestamp();
        foreach (var (id, at) in _events)
        {
            if (_time.GetElapsedTime(at) > Kept)
                _events.TryRemove(id, out _);
        }

        foreach (var (id, removal) in _removals)
        {
            if (_time.GetElapsedTime(removal.At) > Kept)
                _removals.TryRemove(id, out _);
        }
    }
}
