using System.Collections.Immutable;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>
/// The log's scripts over a Redis in memory, as <c>LogScripts</c> has them, and what can happen to a Redis: it is away, it is
/// wiped, it fails over and loses its last second.
/// </summary>
internal class SimulatedRedis(World world)
{
    private static readonly TimeSpan DeliveriesRemembered = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReplacedSnapshotKept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailoverLoss = TimeSpan.FromSeconds(1);

    private readonly Queue<(TimeSpan Until, Contents Contents)> _past = new();
    private Contents _contents = Contents.Empty;
    private long _marks;

    /// <summary>Whether nobody gets an answer.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Whether those who ask a Redis that is away hear so at once, or nothing at all.</summary>
    public bool Refuses { get; set; }

    /// <summary>Raised for each event that is published.</summary>
    public event Action<LoggedEvent>? Published;

    /// <summary>Raised when connections are lost (false) or established again (true).</summary>
    public event Action<bool>? ConnectionChanged;

    public LogPosition? Last => _contents.Last;

    /// <summary>What was appended although the log had something newer about the same item, or null.</summary>
    public string? StepBack { get; private set; }

    public int Count => _contents.Entries.Count;

    /// <summary>Appends an event, where it is not a repeat.</summary>
    /// <returns>False for a repeat.</returns>
    public bool Append(byte[] payload, string? delivery = null)
    {
        Open();
        if (delivery is not null && _contents.Deliveries.TryGetValue(delivery, out var until) && until > world.Now)
            return false;
        Append([payload]);
        if (delivery is not null)
        {
            Change(_contents with
            {
                Deliveries = _contents.Deliveries.SetItem(delivery, world.Now + DeliveriesRemembered),
            });
        }

        return true;
    }

    /// <summary>Appends events where the log's newest event is the given one.</summary>
    public virtual bool AppendAt(LogPosition last, IEnumerable<byte[]> payloads)
    {
        Open();
        if (last != _contents.Last)
            return false;
        Append(payloads);
        return true;
    }

    /// <summary>Stores a snapshot where the newest one is the given one.</summary>
    public virtual bool AppendSnapshot(LogSnapshot snapshot, string? before, byte[] payload)
    {
        Open();
        if (_contents.Newest != before)
            return false;
        var snapshots = _contents.Snapshots.SetItem(snapshot.Name, (snapshot, TimeSpan.MaxValue));
        if (before is not null && snapshots.TryGetValue(before, out var replaced))
            snapshots = snapshots.SetItem(before, (replaced.Snapshot, world.Now + ReplacedSnapshotKept));
        Change(_contents with { Snapshots = snapshots, Newest = snapshot.Name });
        Append([payload]);
        return true;
    }

    public string? NewestSnapshot() => _contents.Newest;

    public LogSnapshot? Snapshot(string name) =>
        _contents.Snapshots.TryGetValue(name, out var found) && found.Until > world.Now ? found.Snapshot : null;

    /// <summary>Takes a turn.</summary>
    public bool TakeTurn(string name, string owner, TimeSpan time)
    {
        if (_contents.Turns.TryGetValue(name, out var turn) && turn.Until > world.Now && turn.Owner != owner)
            return false;
        Change(_contents with { Turns = _contents.Turns.SetItem(name, (owner, world.Now + time)) });
        return true;
    }

    /// <summary>Reads the events after a position, or all where the log does not continue it.</summary>
    public LogPage Read(LogPosition? after, int limit)
    {
        Open();
        var last = _contents.Last!.Value;
        var first = last.Number - Count + 1;
        var from = (after?.Number ?? -1) + 1;
        var continues = after == last
            || (from >= first && from <= last.Number && _contents.Entries[(int)(from - first)].Previous == after);
        var skipped = continues ? (int)(from - first) : 0;
        return new LogPage(last, continues, [.. _contents.Entries.Skip(skipped).Take(limit)]);
    }

    public void Wipe()
    {
        world.Log("redis wiped");
        _past.Clear();
        Change(Contents.Empty);
    }

    /// <summary>Another server takes over, which lacks the last second.</summary>
    /// <param name="isNoticed">Whether connections are lost.</param>
    public void FailOver(bool isNoticed)
    {
        world.Log("redis fails over", isNoticed ? "" : "unnoticed");
        while (_past.TryPeek(out var past) && past.Until <= world.Now - FailoverLoss)
            _past.Dequeue();
        var contents = _past.TryPeek(out var survived) ? survived.Contents : _contents;
        _past.Clear();
        _contents = contents;
        if (isNoticed)
        {
            ConnectionChanged?.Invoke(false);
            ConnectionChanged?.Invoke(true);
        }
    }

    public void GoAway(bool refuses)
    {
        if (IsAway)
            return;
        world.Log("redis away", refuses ? "refuses" : "silent");
        Refuses = refuses;
        IsAway = true;
        if (refuses)
            ConnectionChanged?.Invoke(false);
    }

    public void ComeBack()
    {
        if (!IsAway)
            return;
        world.Log("redis back");
        IsAway = false;
        if (Refuses)
            ConnectionChanged?.Invoke(true);
    }

    /// <summary>Appends events as one step, publishes them, and trims the log.</summary>
    protected void Append(IEnumerable<byte[]> payloads)
    {
        Open();
        var appended = new List<LoggedEvent>();
        var last = _contents.Last!.Value;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(world.Time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var payload in payloads)
        {
            var id = new LogPosition(NewMark(), last.Number + 1);
            appended.Add(new LoggedEvent(id, last, at, null, payload));
            world.Log($"append {id}", world.Trace is null ? null : System.Text.Encoding.UTF8.GetString(payload));
            last = id;
        }

        var versions = _contents.Versions;
        foreach (var logged in appended)
            versions = WithVersion(versions, logged);
        var entries = _contents.Entries.AddRange(appended);
        var trimmed = Math.Clamp(entries.Count - world.LogOptions.RetainedEvents, 0, 100 + appended.Count);
        Change(_contents with { Last = last, Entries = entries.RemoveRange(0, trimmed), Versions = versions });
        appended.ForEach(logged => Published?.Invoke(logged));
    }

    /// <summary>Starts a log where there is none.</summary>
    private void Open()
    {
        if (_contents.Last is null)
            Change(_contents with { Last = new LogPosition(NewMark(), 0), Entries = [] });
    }

    private void Change(Contents contents)
    {
        while (_past.TryPeek(out var past) && past.Until < world.Now - FailoverLoss)
            _past.Dequeue();
        _past.Enqueue((world.Now, _contents));
        _contents = contents;
    }

    /// <summary>
    /// Checks that an event of our own does not take the place of something newer: Meet's items have a version here.
    /// </summary>
    private ImmutableDictionary<string, double> WithVersion(ImmutableDictionary<string, double> versions, LoggedEvent logged)
    {
        if (!MirrorEvent.TryRead(logged.Payload.Span, out var told)
            || (told.Data.Text("recordingId") ?? told.Data.Text("roomId")) is not { } id)
            return versions;
        var version = told.Data.Number("version");
        var newest = versions.GetValueOrDefault(id);
        if (told.Source != EventSource.Webhook && version < newest)
            StepBack ??= $"at {world.Now.TotalSeconds:0.0} s {told.Name} of {id} has version {version} after {newest}";
        return version > newest ? versions.SetItem(id, version.Value) : versions;
    }

    private string NewMark() => $"m{_marks++}";

    private sealed record Contents(
        LogPosition? Last,
        ImmutableList<LoggedEvent> Entries,
        ImmutableDictionary<string, TimeSpan> Deliveries,
        ImmutableDictionary<string, (LogSnapshot Snapshot, TimeSpan Until)> Snapshots,
        string? Newest,
        ImmutableDictionary<string, (string Owner, TimeSpan Until)> Turns,
        ImmutableDictionary<string, double> Versions)
    {
        public static readonly Contents Empty = new(
            null,
            [],
            ImmutableDictionary<string, TimeSpan>.Empty,
            ImmutableDictionary<string, (LogSnapshot, TimeSpan)>.Empty,
            null,
            ImmutableDictionary<string, (string, TimeSpan)>.Empty,
            ImmutableDictionary<string, double>.Empty);
    }
}
