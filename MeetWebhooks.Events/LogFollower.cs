using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Events;

/// <summary>The next stretch of the log that a follower hands on.</summary>
/// <param name="After">The position that the events follow.</param>
/// <param name="Starts">
/// True where the events don't continue those of the batch before: the first batch, and any batch after the log was
/// started anew or trimmed past the follower. Whoever shows events must then begin afresh.
/// </param>
/// <param name="Events">The events, in order, without gaps; may be empty.</param>
/// <param name="MoreFollow">True where the log is known to have more, which come as the next batch.</param>
public sealed record LogBatch(
    LogPosition After, bool Starts, IReadOnlyList<LoggedEvent> Events, bool MoreFollow = false);

/// <summary>
/// Follows the log live: every event once, in order, whatever happens to the connection. Redis publishes each event to
/// whoever listens at that moment and forgets it; each event names the one before it, which tells what is missing, and
/// the log has it.
/// </summary>
public sealed partial class LogFollower
{
    private const int PageSize = 500;
    private const int SmallestPage = 16 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly WebhookLog _log;
    private readonly WebhookLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LogFollower> _logger;
    private readonly Channel<Signal> _signals =
        Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _refreshLock = new();
    private TaskCompletionSource? _refresh;
    private LogPosition? _position;
    private bool _hasCaughtUp;
    private long _awaited;
    private bool _isInDoubt;
    private volatile bool _isCurrent;
    private bool _isLossTold;
    private long _currentAt;

    /// <summary>Creates a follower; it does nothing until <see cref="FollowAsync"/> is enumerated.</summary>
    /// <param name="log">The log.</param>
    /// <param name="options">The log's settings, for <see cref="WebhookLogOptions.CheckInterval"/>.</param>
    /// <param name="time">The clock of that interval.</param>
    /// <param name="logger">Where losses and recoveries are told.</param>
    public LogFollower(
        WebhookLog log, IOptions<WebhookLogOptions> options, TimeProvider time, ILogger<LogFollower> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _log = log;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _currentAt = time.GetTimestamp();
    }

    /// <summary>False while the follower knows, or must fear, that it lacks events.</summary>
    public bool IsCurrent
    {
        get => _isCurrent;
        private set => _isCurrent = value;
    }

    /// <summary>
    /// For how long the follower may have lacked events: zero while it is current, otherwise the time since it was found to
    /// lack none.
    /// </summary>
    public TimeSpan Age => IsCurrent ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _currentAt));

    /// <summary>
    /// Asks for a look at the log now. The task ends when every event that stood in the log at the time of the call was
    /// handed on and the consumer has come back for the next batch.
    /// </summary>
    public Task RefreshAsync()
    {
        lock (_refreshLock)
        {
            if (_refresh is null)
            {
                _refresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _signals.Writer.TryWrite(new Signal(MustRead: true));
            }

            return _refresh.Task;
        }
    }

    /// <summary>Follows the log, for ever. Only one enumeration at a time.</summary>
    /// <param name="after">
    /// The position that it follows. Where that is null, or the log does not continue it, the log's oldest event is the first,
    /// and the first batch <see cref="LogBatch.Starts"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<LogBatch> FollowAsync(
        LogPosition? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _position = after;
        _hasCaughtUp = false;
        void OnConnectionChanged(string? lost) => _signals.Writer.TryWrite(new Signal(MustRead: true, Lost: lost));
        _log.Connection.Changed += OnConnectionChanged;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var checks = CheckAsync(stop.Token);
        try
        {
            await foreach (var batch in CatchUpAsync(cancellationToken).ConfigureAwait(false))
                yield return batch;

            var live = new List<LoggedEvent>();
            while (await _signals.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // What has arrived by now is handed on as one batch: a burst wakes its readers once.
                var start = _position!.Value;
                var mustCatchUp = false;
                while (!mustCatchUp && _signals.Reader.TryRead(out var signal))
                    mustCatchUp = Take(signal, live);

                if (live.Count > 0)
                {
                    yield return new LogBatch(start, Starts: false, live);
                    live = [];
                }

                if (!mustCatchUp && !_isInDoubt)
                    continue;
                await foreach (var batch in CatchUpAsync(cancellationToken).ConfigureAwait(false))
                    yield return batch;
            }
        }
        finally
        {
            _log.Connection.Changed -= OnConnectionChanged;
            IsCurrent = false;
            await stop.CancelAsync().ConfigureAwait(false);
            await checks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _log.UnsubscribeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Adds a live event to the batch, where it is the next one.</summary>
    /// <returns>True where the log must be read before going on.</returns>
    private bool Take(Signal signal, List<LoggedEvent> live)
    {
        if (signal.Lost is { } reason)
            Lost(reason);
        if (signal.MustRead)
            return true;
        if (signal.Last is { } last)
            return LacksEvents(last);
        if (signal.Event is not { } logged)
            return false;

        var position = _position!.Value;
        if (logged.Previous == position)
        {
            live.Add(logged);
            _position = logged.Id;
            return false;
        }

        // An event that was read from the log arrives as a message as well. But it may also be another one with a number
        // that was given before; one look at the log tells, after all such messages.
        if (logged.Id.Number <= position.Number)
        {
            _isInDoubt = true;
            return false;
        }

        Lost("a message was lost");
        return true;
    }

    /// <summary>
    /// Compares positions every few seconds, beside the live events: they must not wait for an answer of Redis.
    /// </summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_options.CheckInterval, _time, cancellationToken).ConfigureAwait(false);
            try
            {
                var last = _log.PositionAsync(cancellationToken);
                await Task.WhenAll(last, _log.CheckSubscriptionAsync(cancellationToken)).ConfigureAwait(false);
                _signals.Writer.TryWrite(new Signal(Last: await last.ConfigureAwait(false)));
            }
            catch (WebhookLogUnavailableException exception)
            {
                _signals.Writer.TryWrite(new Signal(Lost: exception.Reason));
            }
        }
    }

    /// <summary>
    /// Whether the follower lacks events of the log. One that it lacks may still be on its way, so it counts as lost only
    /// where it is missing at the next check too.
    /// </summary>
    private bool LacksEvents(LogPosition last)
    {
        var position = _position!.Value;
        var isLost = last != position && (last.Number <= position.Number || _awaited > position.Number);
        if (isLost)
            Lost("a message was lost");
        _awaited = last.Number;
        if (last == position)
            Volatile.Write(ref _currentAt, _time.GetTimestamp());
        return isLost || !IsCurrent || !_log.IsListening;
    }

    /// <summary>Listens, where that is not so, and reads the log until nothing is missing.</summary>
    private async IAsyncEnumerable<LogBatch> CatchUpAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskCompletionSource? refresh;
        lock (_refreshLock)
        {
            refresh = _refresh;
            _refresh = null;
        }

        // Before the log is read, so that nothing falls between the two.
        if (!_log.IsListening)
            await SubscribeAsync(cancellationToken).ConfigureAwait(false);

        var mayLack = _hasCaughtUp && !IsCurrent;
        var found = 0;
        LogPage page;
        do
        {
            page = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var starts = !page.Continues;
            if (starts && _position is { } lost)
            {
                LogRestarted(lost, page.Last);
                LogTelemetry.LogRestarted();
                mayLack = false;
            }

            found += page.Events.Count;
            var after = starts ? StartOf(page) : _position!.Value;
            _position = page.Events.Count > 0 ? page.Events[^1].Id : after;
            if (starts || page.Events.Count > 0)
                yield return new LogBatch(after, starts, page.Events, MoreFollow: _position != page.Last);
        }
        while (_position != page.Last);

        if (mayLack && found > 0)
        {
            LogHealed(found, _position.Value);
            LogTelemetry.GapHealed();
        }

        _awaited = 0;
        _isInDoubt = false;
        _hasCaughtUp = true;
        if (_log.IsListening)
            Found();
        else
            Lost("no subscription");
        refresh?.TrySetResult();
    }

    private static LogPosition StartOf(LogPage page) => page.Events.Count > 0 ? page.Events[0].Previous : page.Last;

    private async Task<LogPage> ReadAsync(CancellationToken cancellationToken)
    {
        // Over a slow connection a smaller page arrives in time where a large one never does.
        for (var largest = WebhookLog.LargestPage; ; largest = Math.Max(largest / 4, SmallestPage))
        {
            try
            {
                return await _log.ReadAsync(_position, PageSize, largest, cancellationToken).ConfigureAwait(false);
            }
            catch (WebhookLogUnavailableException exception)
            {
                Lost(exception.Reason);
                await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Only where Redis answers: one that is away is told of at once.
            await _log.PositionAsync(cancellationToken).ConfigureAwait(false);
            if (!_hasCaughtUp)
                await ConnectedAsync(cancellationToken).ConfigureAwait(false);
            await _log.SubscribeAsync(logged => _signals.Writer.TryWrite(new Signal(logged)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (WebhookLogUnavailableException exception)
        {
            Lost(exception.Reason);
        }
    }

    /// <summary>
    /// Waits for the connection that messages come over. At a start it is there a moment after the other one, which is no
    /// loss to tell of.
    /// </summary>
    private async Task ConnectedAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; !_log.CanListen && waited < _options.Timeout; waited += RetryDelay)
            await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
    }

    private void Lost(string reason)
    {
        IsCurrent = false;
        if (!_isLossTold)
            LogLost(_position?.ToString() ?? "the beginning", reason);
        _isLossTold = true;
    }

    private void Found()
    {
        Volatile.Write(ref _currentAt, _time.GetTimestamp());
        IsCurrent = true;
        if (_isLossTold)
            LogFound(_position);
        _isLossTold = false;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Events after {Position} may be missing ({Reason}). They will be read from the log.")]
    private partial void LogLost(string position, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Caught up with the log at {Position}.")]
    private partial void LogFound(LogPosition? position);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Read {Count} missed events up to {Position} from the log.")]
    private partial void LogHealed(int count, LogPosition position);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The log, now at {Last}, no longer continues {Position}. It is read from its oldest event.")]
    private partial void LogRestarted(LogPosition position, LogPosition last);

    /// <summary>
    /// What the follower is told: an event, where the log is, that it must read the log, or why events may be missing.
    /// </summary>
    private readonly record struct Signal(
        LoggedEvent? Event = null, LogPosition? Last = null, bool MustRead = false, string? Lost = null);
}
