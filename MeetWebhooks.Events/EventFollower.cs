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
public sealed record EventBatch(EventId After, bool Starts, IReadOnlyList<LoggedEvent> Events);

/// <summary>
/// Follows the log live: every event once, in order, whatever happens to the connection. Redis publishes each event to
/// whoever listens at that moment and forgets it; the events' numbers tell what is missing, and the log has it.
/// </summary>
public sealed partial class EventFollower
{
    private const int PageSize = 500;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly EventLog _log;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EventFollower> _logger;
    private readonly Channel<Signal> _signals =
        Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _refreshLock = new();
    private TaskCompletionSource? _refresh;
    private EventId _position;
    private volatile bool _isCurrent;
    private bool _started;
    private bool _isLossTold;
    private long _owed;

    /// <summary>Creates a follower; it does nothing until <see cref="FollowAsync"/> is enumerated.</summary>
    /// <param name="log">The log.</param>
    /// <param name="options">The log's settings, for <see cref="EventLogOptions.CheckInterval"/>.</param>
    /// <param name="time">The clock of that interval.</param>
    /// <param name="logger">Where losses and recoveries are told.</param>
    public EventFollower(
        EventLog log, IOptions<EventLogOptions> options, TimeProvider time, ILogger<EventFollower> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _log = log;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>False while the follower knows, or must fear, that it lacks events.</summary>
    public bool IsCurrent
    {
        get => _isCurrent;
        private set => _isCurrent = value;
    }

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
                _signals.Writer.TryWrite(Signal.CatchUp);
            }

            return _refresh.Task;
        }
    }

    /// <summary>Follows the log from its oldest event on, for ever. Only one enumeration at a time.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<EventBatch> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        void OnReconnected(object? sender, EventArgs e) => _signals.Writer.TryWrite(Signal.CatchUp);
        _log.Reconnected += OnReconnected;
        await using var check = _time.CreateTimer(
            _ => _signals.Writer.TryWrite(Signal.Check), null, _options.CheckInterval, _options.CheckInterval);
        await using var subscription = await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var batch in CatchUpAsync(cancellationToken).ConfigureAwait(false))
                yield return batch;

            var live = new List<LoggedEvent>();
            while (await _signals.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // What has arrived by now is handed on as one batch: a burst wakes its readers once.
                var after = _position;
                var mustCatchUp = false;
                while (!mustCatchUp && _signals.Reader.TryRead(out var signal))
                    mustCatchUp = await TakeAsync(signal, live, cancellationToken).ConfigureAwait(false);

                if (live.Count > 0)
                {
                    yield return new EventBatch(after, Starts: false, live);
                    live = [];
                }

                if (!mustCatchUp)
                    continue;
                await foreach (var batch in CatchUpAsync(cancellationToken).ConfigureAwait(false))
                    yield return batch;
            }
        }
        finally
        {
            _log.Reconnected -= OnReconnected;
            IsCurrent = false;
        }
    }

    /// <summary>Adds a live event to the batch, where it is the next one.</summary>
    /// <returns>True where the log must be read before going on.</returns>
    private async Task<bool> TakeAsync(Signal signal, List<LoggedEvent> live, CancellationToken cancellationToken)
    {
        if (signal == Signal.CatchUp)
            return true;
        if (signal.Event is not { } logged)
            return await LacksEventsAsync(cancellationToken).ConfigureAwait(false);
        if (logged.Id.Log == _position.Log && logged.Id.Number <= _position.Number)
            return false;

        if (logged.Id.Log != _position.Log || logged.Id.Number != _position.Number + 1)
        {
            LogGap(_position, logged.Id);
            EventTelemetry.GapHealed();
            return true;
        }

        live.Add(logged);
        _position = logged.Id;
        return false;
    }

    /// <summary>
    /// Compares positions. An event that the log has and the follower lacks may still be on its way, so it counts as
    /// lost only where it is missing at the next check too.
    /// </summary>
    private async Task<bool> LacksEventsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var last = await _log.PositionAsync(cancellationToken).ConfigureAwait(false);
            if (last.Log != _position.Log)
                return true;
            if (_owed > _position.Number)
            {
                LogGap(_position, last);
                EventTelemetry.GapHealed();
                return true;
            }

            _owed = last.Number;
            return false;
        }
        catch (EventLogUnavailableException exception)
        {
            LogUnavailable(exception);
            return true;
        }
    }

    /// <summary>Reads the log until nothing is missing.</summary>
    private async IAsyncEnumerable<EventBatch> CatchUpAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskCompletionSource? refresh;
        lock (_refreshLock)
        {
            refresh = _refresh;
            _refresh = null;
        }

        while (true)
        {
            var page = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var from = Math.Max(page.First - 1, 0);
            var starts = !_started || page.Last.Log != _position.Log || _position.Number < from;
            if (starts)
            {
                if (_started)
                {
                    LogRestarted(_position, page.Last);
                    EventTelemetry.LogRestarted();
                }

                _position = new EventId(page.Last.Log, from);
                _started = true;
            }

            if (starts || page.Events.Count > 0)
            {
                var after = _position;
                if (page.Events.Count > 0)
                    _position = page.Events[^1].Id;
                yield return new EventBatch(after, starts, page.Events);
            }

            if (_position.Number >= page.Last.Number)
                break;
        }

        _owed = 0;
        IsCurrent = true;
        if (_isLossTold)
            LogFound(_position);
        _isLossTold = false;
        refresh?.TrySetResult();
    }

    private async Task<LogPage> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _log.ReadAsync(_started ? _position : null, PageSize, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (EventLogUnavailableException exception)
            {
                LogUnavailable(exception);
                await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IAsyncDisposable> SubscribeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Only over a connection that works: a subscription that fails would be made again with each attempt.
                await _log.PositionAsync(cancellationToken).ConfigureAwait(false);
                return await _log.SubscribeAsync(logged => _signals.Writer.TryWrite(new Signal(logged)))
                    .ConfigureAwait(false);
            }
            catch (EventLogUnavailableException exception)
            {
                LogUnavailable(exception);
                await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void LogUnavailable(EventLogUnavailableException exception)
    {
        IsCurrent = false;
        if (_isLossTold)
            return;
        _isLossTold = true;
        LogLost(_started ? _position.ToString() : "the beginning", exception.GetBaseException().Message);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The log in Redis does not answer ({Reason}); events after {Position} are read when it does.")]
    private partial void LogLost(string position, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The log in Redis answers again; it stands at {Position}.")]
    private partial void LogFound(EventId position);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Messages between {Position} and {Arrived} were lost; they are read from the log.")]
    private partial void LogGap(EventId position, EventId arrived);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The log does not continue {Position}, it stands at {Last}; browsers are told to begin afresh.")]
    private partial void LogRestarted(EventId position, EventId last);

    /// <summary>Why the follower looks up: an event, or (without one) to compare or to read the log.</summary>
    private readonly record struct Signal(LoggedEvent? Event, bool MustRead = false)
    {
        public static Signal Check => default;
        public static Signal CatchUp => new(null, MustRead: true);
    }
}
