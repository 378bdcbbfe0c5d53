using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Mirror.Following;

/// <summary>A mirror at one moment.</summary>
/// <param name="Position">The position in the log that the state is exact at; null before the log was first read.</param>
/// <param name="State">The state.</param>
/// <param name="IsBased">
/// Whether every mirror that follows the log has this state at this position. False where the log has gone on without a
/// snapshot: it was wiped, or trimmed past the newest one. The state is then what was known last.
/// </param>
/// <param name="Snapshot">The name of the newest snapshot, or null where there is none.</param>
/// <param name="Folded">How many events were folded since the newest snapshot.</param>
public sealed record MirrorView(
    LogPosition? Position, MirrorState State, bool IsBased, string? Snapshot, int Folded);

/// <summary>
/// A mirror that follows the log: it starts from the newest snapshot and folds every event after it. It keeps its state
/// until it has a newer one, also while Redis is away.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock of retries.</param>
/// <param name="logger">Where it is logged that the mirror starts.</param>
public sealed partial class LiveMirror(IMirrorLog log, TimeProvider time, ILogger<LiveMirror> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private volatile MirrorView _view = new(null, MirrorState.Empty, IsBased: false, null, 0);

    /// <summary>The mirror as it is now.</summary>
    public MirrorView View => _view;

    /// <summary>For how long the mirror may have been behind the log: zero while events are heard live.</summary>
    public TimeSpan Age => log.Age;

    /// <summary>Raised for each event of the log, before the view has it. A handler must not throw.</summary>
    public event Action<LoggedEvent, MirrorStep>? Folded;

    /// <summary>Raised when the view has all events that came together. A handler must not throw.</summary>
    public event Action? Advanced;

    /// <summary>
    /// Raised when the mirror starts from a snapshot, or goes on in a log that does not continue it, before the view shows it.
    /// A handler must not throw.
    /// </summary>
    public event Action<MirrorView>? Started;

    /// <summary>Has the mirror take in everything that is in the log at the time of the call.</summary>
    public Task RefreshAsync() => log.RefreshAsync();

    /// <summary>Follows the log, for ever.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = _view;
            var snapshot = await StartAsync(cancellationToken).ConfigureAwait(false);
            await FollowAsync(snapshot, known.State, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts from the newest snapshot, where it can; otherwise goes on from what is known.</summary>
    /// <returns>The name of the newest snapshot, or null where there is none.</returns>
    private async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        var snapshot = await ReadSnapshotAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (snapshot is not null)
            {
                var state = MirrorSnapshot.Deserialize(snapshot.State.ToArray());
                LogStarted(snapshot.Position, state.Rooms.Count, state.Recordings.Count);
                Start(new MirrorView(snapshot.Position, state, IsBased: true, snapshot.Name, 0));
                return snapshot.Name;
            }
        }
        catch (InvalidDataException exception)
        {
            LogUnreadable(exception);
        }

        Start(_view with { IsBased = false, Snapshot = snapshot?.Name });
        return snapshot?.Name;
    }

    private async Task<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await log.ReadSnapshotAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (WebhookLogUnavailableException)
            {
                // The follower logs that Redis does not answer.
                await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Folds the log's events until there is a snapshot to start again from.</summary>
    /// <param name="tried">The snapshot that the mirror has started from, or tried to.</param>
    /// <param name="known">What was known before the start.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task FollowAsync(string? tried, MirrorState known, CancellationToken cancellationToken)
    {
        var isFirst = true;
        await foreach (var batch in log.FollowAsync(_view.Position, cancellationToken).ConfigureAwait(false))
        {
            if (batch.Starts)
            {
                var newest = await ReadSnapshotAsync(cancellationToken).ConfigureAwait(false);
                // The log may continue the newest snapshot, unless that has just been tried.
                if (newest is not null && (!isFirst || newest.Name != tried))
                    return;
                Start(_view with
                {
                    Position = batch.After,
                    State = known.IsComplete ? known : _view.State,
                    IsBased = false,
                    Snapshot = newest?.Name,
                    Folded = 0,
                });
            }

            isFirst = false;
            var view = _view;
            foreach (var logged in batch.Events)
            {
                var step = view.State.Apply(logged.Payload.Span, logged.AppendedAt);
                var folded = view.Folded + 1;
                if (SnapshotOf(step.Event) is var (snapshot, replaces))
                {
                    var isOther = snapshot != tried && (replaces || !view.IsBased);
                    if (isOther)
                    {
                        // The view must not show the old state at the position of the new one. The event may be older than
                        // the snapshot that the mirror has started from.
                        _view = view;
                        if ((await ReadSnapshotAsync(cancellationToken).ConfigureAwait(false))?.Name != tried)
                            return;
                    }

                    step = step with { IsReplaced = isOther || snapshot == tried };
                    view = view with { Snapshot = snapshot };
                    folded = 0;
                }

                Folded?.Invoke(logged, step);
                view = view with { Position = logged.Id, State = step.State, Folded = folded };
            }

            _view = view;
            Advanced?.Invoke();
        }
    }

    private static (string Name, bool Replaces)? SnapshotOf(MirrorEvent? told) =>
        told is { Name: MirrorEvent.SnapshotStored, Source: EventSource.Reconciliation }
        && told.Data.Text("snapshot") is { } name
            ? (name, told.Data.Flag("replaces") == true)
            : null;

    private void Start(MirrorView view)
    {
        Started?.Invoke(view);
        _view = view;
    }

    [LoggerMessage(LogLevel.Information,
        "The mirror starts from the snapshot at {Position}, with {Rooms} rooms and {Recordings} recordings.")]
    private partial void LogStarted(LogPosition position, int rooms, int recordings);

    [LoggerMessage(LogLevel.Warning, "The newest snapshot of the mirror cannot be read. The mirror keeps what it knows.")]
    private partial void LogUnreadable(Exception exception);
}
