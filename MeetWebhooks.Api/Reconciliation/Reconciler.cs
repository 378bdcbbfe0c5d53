using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// Compares the mirror with OpenVidu Meet's own lists and appends what differs: what Meet never told, or told in vain.
/// </summary>
internal sealed partial class Reconciler(
    IMeetReader meet,
    LiveMirror mirror,
    RecentEvents events,
    DifferenceWriter writer,
    ReconciliationMetrics metrics,
    TimeProvider time,
    ILogger<Reconciler> logger)
{
    /// <summary>How many items are asked for one by one.</summary>
    private const int MostSingle = 50;

    private static readonly ItemKind[] Kinds = [ItemKind.Room, ItemKind.Recording];

    private IReadOnlyList<Difference> _uncertain = [];
    private long _uncertainSince;

    /// <summary>Why the last reading failed, or null after one that did not.</summary>
    public MeetException? Failure { get; private set; }

    /// <summary>The timestamp of when the last successful reading began; null before the first.</summary>
    public long? ReadAt { get; private set; }

    /// <summary>Whether items are to be asked for one by one now.</summary>
    public bool HasUncertain =>
        _uncertain.Count > 0 && time.GetElapsedTime(_uncertainSince) > RecentEvents.Margin;

    /// <summary>Reads the lists and appends what differs.</summary>
    /// <returns>How long Meet took for the lists, or null where they could not be read.</returns>
    /// <exception cref="WebhookLogUnavailableException">The log could not be appended to.</exception>
    public async Task<TimeSpan?> ReadAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var activity = ReconciliationMetrics.StartReading();
        try
        {
            var lists = await MeetLists.ReadAsync(meet, cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(began);
            var gone = await FindGoneAsync(lists, began, cancellationToken).ConfigureAwait(false);
            var differences = await writer.WriteAsync(
                [.. Compare(mirror.View.State, lists, gone)],
                began,
                EventSource.Reconciliation,
                isComplete: true,
                cancellationToken).ConfigureAwait(false);
            SetAside(differences.Uncertain);

            activity?.SetTag("meetwebhooks.rooms", lists.Rooms.Count);
            activity?.SetTag("meetwebhooks.recordings", lists.Recordings.Count);
            activity?.SetTag("meetwebhooks.reconciliation.differences", differences.Certain.Count);
            if (Failure is not null || differences.Certain.Count > 0)
                LogRead(lists.Rooms.Count, lists.Recordings.Count, differences.Certain.Count);
            Failure = null;
            ReadAt = began;
            metrics.ReadingEnded(time.GetElapsedTime(began), isSuccess: true);
            return took;
        }
        catch (MeetException exception)
        {
            if (Failure?.Message != exception.Message)
                LogFailed(exception.Message);
            Failure = exception;
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, exception.Message);
            metrics.ReadingEnded(time.GetElapsedTime(began), isSuccess: false);
            return null;
        }
    }

    /// <summary>
    /// Asks one by one for items that differed, but about which there had been an event shortly before. What there is an event
    /// about again is left to the next reading.
    /// </summary>
    /// <exception cref="MeetException">Meet refused or failed.</exception>
    /// <exception cref="WebhookLogUnavailableException">The log could not be appended to.</exception>
    public async Task AskForUncertainAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var asked = _uncertain;
        _uncertain = [];
        var found = new List<Difference>();
        foreach (var difference in asked)
        {
            var item = await FindAsync(difference.Kind, difference.Id, cancellationToken).ConfigureAwait(false);
            found.Add(difference with { Item = item });
        }

        await writer.WriteAsync(found, began, EventSource.Reconciliation, isComplete: false, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<MeetItem?> FindAsync(ItemKind kind, string id, CancellationToken cancellationToken) =>
        await meet.FindAsync(kind, id, cancellationToken).ConfigureAwait(false) is { } item
            ? MirrorItem.Normalize(item)
            : null;

    /// <summary>
    /// What the mirror has and Meet's lists don't, where Meet itself says that it is gone: pages are read one after another, and
    /// an item can move from one that is still to be read to one that was. Where much is missing, Meet's word for some of it
    /// and a second reading take the place of its word for each.
    /// </summary>
    private async Task<HashSet<(ItemKind Kind, string Id)>> FindGoneAsync(
        MeetLists lists, long began, CancellationToken cancellationToken)
    {
        var missing = Missing(lists).ToList();
        var gone = new HashSet<(ItemKind Kind, string Id)>();
        foreach (var (kind, id) in missing.Take(MostSingle))
        {
            if (await meet.FindAsync(kind, id, cancellationToken).ConfigureAwait(false) is null)
                gone.Add((kind, id));
        }

        // A list that lacks what Meet has when asked for it is no proof for the rest.
        if (missing.Count <= MostSingle || gone.Count < MostSingle)
            return gone;

        await Task.Delay(RecentEvents.Margin, time, cancellationToken).ConfigureAwait(false);
        var again = await MeetLists.ReadAsync(meet, cancellationToken).ConfigureAwait(false);
        gone.UnionWith(missing.Where(item => !again.Of(item.Kind).ContainsKey(item.Id)));
        return gone;

        IEnumerable<(ItemKind Kind, string Id)> Missing(MeetLists read) =>
            from kind in Kinds
            from id in mirror.View.State.Items(kind).Keys
            where !read.Of(kind).ContainsKey(id) && !events.HasEventSince(id, began)
            select (kind, id);
    }

    private static IEnumerable<Difference> Compare(
        MirrorState state, MeetLists lists, HashSet<(ItemKind Kind, string Id)> gone)
    {
        foreach (var kind in Kinds)
        {
            foreach (var (id, item) in lists.Of(kind))
            {
                if (Difference.Of(state, kind, id, item) is { } difference)
                    yield return difference;
            }
        }

        foreach (var (kind, id) in gone)
        {
            if (Difference.Of(state, kind, id, item: null) is { } difference)
                yield return difference;
        }
    }

    private void SetAside(IReadOnlyList<Difference> uncertain)
    {
        _uncertain = [.. uncertain.Take(MostSingle)];
        _uncertainSince = time.GetTimestamp();
    }

    [LoggerMessage(LogLevel.Information,
        "Read {Rooms} rooms and {Recordings} recordings from OpenVidu Meet; {Differences} differed from what was known.")]
    private partial void LogRead(int rooms, int recordings, int differences);

    [LoggerMessage(LogLevel.Warning, "OpenVidu Meet's lists could not be read. {Problem}")]
    private partial void LogFailed(string problem);
}
