using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// Appends what was found at OpenVidu Meet. Our own events always apply, so they are appended only at the position of the
/// log that they were computed at: an event that comes between is newer than what was found.
/// </summary>
internal sealed class DifferenceWriter(
    LiveMirror mirror, IMirrorLog log, RecentEvents events, ReconciliationMetrics metrics, TimeProvider time)
{
    /// <summary>From how many differences on a snapshot with all of them takes the place of an event for each.</summary>
    private const int MostEvents = 500;

    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Appends differences. Where the log goes on meanwhile, they are compared again with what is known then, for at most 30
    /// seconds.
    /// </summary>
    /// <param name="found">How items are at Meet.</param>
    /// <param name="since">
    /// Since when an event about an item makes it uncertain, as <see cref="RecentEvents.HasEventSince"/> has it.
    /// </param>
    /// <param name="source">On whose behalf the items were read.</param>
    /// <param name="isComplete">Whether everything was read that Meet has.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The differences; those that are certain were appended.</returns>
    /// <exception cref="WebhookLogUnavailableException">The log could not be appended to.</exception>
    public async Task<Differences> WriteAsync(
        IReadOnlyList<Difference> found,
        long since,
        EventSource source,
        bool isComplete,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < LongestWrite)
        {
            var view = mirror.View;
            var differences = Differences.Of(
                found.Select(item => Difference.Of(view.State, item.Kind, item.Id, item.Item)).OfType<Difference>(),
                events,
                since);
            if (await TryWriteAsync(view, differences.Certain, source, isComplete, cancellationToken).ConfigureAwait(false))
            {
                // The first reading differs from a mirror that knows nothing.
                if (source == EventSource.Reconciliation && view.State.IsComplete)
                    metrics.Found(differences.Certain);
                return differences;
            }

            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        }

        throw new WebhookLogUnavailableException("The log went on faster than differences could be appended.");
    }

    /// <summary>Stores the state of the mirror as a snapshot.</summary>
    /// <param name="view">The mirror.</param>
    /// <param name="state">Its state, or the one that replaces it.</param>
    /// <param name="replaces">Whether every mirror must take the state over.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False where another snapshot was stored meanwhile.</returns>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<bool> StoreAsync(
        MirrorView view, MirrorState state, bool replaces, CancellationToken cancellationToken)
    {
        var name = Guid.NewGuid().ToString("n");
        var snapshot = new LogSnapshot(
            name, view.Position!.Value, MirrorSnapshot.Serialize(state));
        var told = MirrorEvent.Stored(name, replaces, time.GetUtcNow());
        if (await log.AppendSnapshotAsync(snapshot, view.Snapshot, told, cancellationToken).ConfigureAwait(false))
            return true;

        // One that was lost without a trace in the log, for example evicted by Redis, is replaced.
        return await log.ReadSnapshotAsync(cancellationToken).ConfigureAwait(false) is null
            && await log.AppendSnapshotAsync(snapshot, before: null, told, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryWriteAsync(
        MirrorView view,
        IReadOnlyList<Difference> differences,
        EventSource source,
        bool isComplete,
        CancellationToken cancellationToken)
    {
        if (view.Position is not { } position)
            throw new WebhookLogUnavailableException("The log has not been read yet.");
        var now = time.GetUtcNow();
        var isFirst = isComplete && !view.State.IsComplete;
        if (!isFirst && differences.Count <= MostEvents)
        {
            return differences.Count == 0 || await log.AppendAtAsync(
                position, differences.Select(difference => difference.ToEvent(source, now)), cancellationToken)
                .ConfigureAwait(false);
        }

        var state = differences.Aggregate(view.State, (state, difference) => difference.ApplyTo(state, now));
        return await StoreAsync(
            view, state with { IsComplete = true }, replaces: true, cancellationToken).ConfigureAwait(false);
    }
}
