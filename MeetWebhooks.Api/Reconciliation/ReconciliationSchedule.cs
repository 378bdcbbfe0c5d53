using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror.Following;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// When OpenVidu Meet's lists are read, by one Api at a time, and when a snapshot is stored.
/// </summary>
internal sealed partial class ReconciliationSchedule : BackgroundService
{
    private const string ReadingTurn = "reading";
    private const string RoundTurn = "round";

    /// <summary>How many times its own duration lies between two readings at least.</summary>
    private const int Durations = 10;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(10);

    private readonly Reconciler _reconciliation;
    private readonly SnapshotKeeper _snapshots;
    private readonly LiveMirror _mirror;
    private readonly IMirrorLog _log;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger<ReconciliationSchedule> _logger;
    private readonly string _name = Guid.NewGuid().ToString("n");
    private long _next;
    private long _earliest;
    private TimeSpan _duration;
    private TimeSpan _durationBefore;
    private volatile bool _isAsked;
    private bool _isCurrent;

    public ReconciliationSchedule(
        Reconciler reconciliation,
        SnapshotKeeper snapshots,
        LiveMirror mirror,
        IMirrorLog log,
        IOptions<MeetOptions> options,
        TimeProvider time,
        ILogger<ReconciliationSchedule> logger)
    {
        _reconciliation = reconciliation;
        _snapshots = snapshots;
        _mirror = mirror;
        _log = log;
        _interval = options.Value.ReconciliationInterval;
        _time = time;
        _logger = logger;
        _next = time.GetTimestamp();
        _earliest = _next;
        mirror.Started += OnStarted;
    }

    /// <summary>Asks for a reading as soon as one may begin.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>Runs for ever.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Tick, _time, cancellationToken).ConfigureAwait(false);
            await StepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host would log it as a fault where it stops because the server could not start.
        }
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var wasCurrent = _isCurrent;
            _isCurrent = _mirror.View.Position is not null && _mirror.Age == TimeSpan.Zero;
            if (!_isCurrent)
                return;
            if (!wasCurrent)
                _next = Math.Min(_next, _time.GetTimestamp());
            await _snapshots.KeepAsync(cancellationToken).ConfigureAwait(false);
            if (_reconciliation.HasUncertain)
                await _reconciliation.AskForUncertainAsync(cancellationToken).ConfigureAwait(false);
            if (await IsMyTurnAsync(cancellationToken).ConfigureAwait(false))
                await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MeetException)
        {
            // The next reading fails as well, and says so.
        }
        catch (WebhookLogUnavailableException)
        {
            // The follower says that Redis does not answer.
            _next = After(Retry);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception);
            _next = After(Retry);
        }
    }

    private async Task<bool> IsMyTurnAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (now < _earliest || (!_isAsked && now < _next))
            return false;

        // Nobody has asked, and another Api has read within the interval.
        if (!_isAsked && !await TakeAsync(RoundTurn, Pause(_interval), cancellationToken).ConfigureAwait(false))
        {
            _next = After(Retry);
            return false;
        }

        return await TakeAsync(ReadingTurn, TurnTime, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        _isAsked = false;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var turn = KeepTurnAsync(reading.Token);
        TimeSpan? took = null;
        try
        {
            took = await _reconciliation.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            reading.Cancel();
            await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // The pause is for Meet's sake: what else took time, such as a slow Redis, does not count.
        var isRead = took is not null;
        if (took is { } duration)
            (_durationBefore, _duration) = (_duration, duration);
        _next = After(isRead ? Pause(_interval) : 2 * Retry);

        // Nobody reads again before the turn has expired. Then others come first: each Api that is asked must find out by itself
        // whether Meet answers.
        var pause = isRead ? Pause(ShortestPause) : Retry;
        _earliest = After(pause + (2 * Tick));
        await TakeAsync(ReadingTurn, pause, cancellationToken).ConfigureAwait(false);
        if (isRead)
            await TakeAsync(RoundTurn, Pause(_interval), cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TurnTime / 3, _time, cancellationToken).ConfigureAwait(false);
            await TakeAsync(ReadingTurn, TurnTime, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> TakeAsync(string turn, TimeSpan time, CancellationToken cancellationToken) =>
        _log.TakeTurnAsync(turn, _name, time, cancellationToken);

    // By the quicker of the last two readings: a single slow one, such as the first of a process, says nothing of Meet.
    private TimeSpan Pause(TimeSpan shortest)
    {
        var quicker = _duration < _durationBefore ? _duration : _durationBefore;
        return quicker * Durations > shortest ? quicker * Durations : shortest;
    }

    private long After(TimeSpan pause) => _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);

    // What the log had before is not known to be older than Meet's answers. Where nothing is known yet, nothing can be lost.
    private void OnStarted(MirrorView view)
    {
        _earliest = view.State.IsComplete ? After(RecentEvents.Margin) : _time.GetTimestamp();
        _next = _earliest;
    }

    [LoggerMessage(LogLevel.Error, "Comparing with OpenVidu Meet's lists failed. It is tried again.")]
    private partial void LogFailed(Exception exception);
}
