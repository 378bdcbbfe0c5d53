using System.Buffers;
using System.IO.Pipelines;
using MeetWebhooks.Web.Connections;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// One browser's stream: a cursor into the ring. It keeps no events of its own, and goes on within <see cref="Wake"/>, on
/// the thread of whoever wakes it: an await for each event and browser would cost more than all else that it does.
/// </summary>
internal sealed class EventStream : IDisposable
{
    // Who finds the stream waiting has it running, and is alone with it until it waits again.
    private const int Running = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    private readonly HttpContext _context;
    private readonly EventRelay _relay;
    private readonly StreamOptions _options;
    private readonly StreamMetrics _metrics;
    private readonly CancellationTokenRegistration _aborted;
    private readonly StreamGroup _group;
    private readonly Lock _requestLock = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _state = Running;
    private bool _isDisposed;
    private volatile bool _isOver;
    private volatile bool _heartbeatIsDue;
    private volatile bool _isSending;

    private PipeWriter _output;
    private EventRing? _ring;
    private Task? _refresh;
    private LogPosition? _cursor;
    private long _number;
    private int _unflushed;

    /// <param name="context">The browser's request, whose response nobody else writes to.</param>
    /// <param name="relay">Where events come from. It wakes the stream until the stream is disposed of.</param>
    /// <param name="options">The streams' settings.</param>
    /// <param name="metrics">Where deliveries are counted.</param>
    public EventStream(HttpContext context, EventRelay relay, StreamOptions options, StreamMetrics metrics)
    {
        _context = context;
        _output = context.Response.BodyWriter;
        _relay = relay;
        _options = options;
        _metrics = metrics;
        _aborted = context.RequestAborted.UnsafeRegister(static stream => ((EventStream)stream!).End(), this);
        _group = relay.Open(this);
    }

    /// <summary>Streams events until the browser goes, has fallen out of the ring, or the host stops.</summary>
    /// <param name="standsAt">The event that the browser was sent last; null where it only wants what comes.</param>
    public async Task RunAsync(LogPosition? standsAt)
    {
        _cursor = standsAt;
        // The browser's stream is open now, also where its first event is a while away.
        await _output.FlushAsync();
        _output = ChunkedWriter.Of(_context.Response);
        GoOn();
        await _end.Task;
    }

    /// <summary>Has the stream look for events, once; also where it is at work just now.</summary>
    public void Wake()
    {
        // A wake-up while the stream is at work must not be lost: it makes it look once more.
        if (Interlocked.Exchange(ref _state, Woken) == Waiting)
            GoOn();
    }

    /// <summary>Has the stream send a heartbeat when it is woken next, unless it sends events.</summary>
    public void TellHeartbeat() => _heartbeatIsDue = true;

    /// <summary>Whether the browser does not take what is sent, and has missed events meanwhile.</summary>
    public bool IsLost(EventRing? current) =>
        _isSending && !_isOver && (_ring != current || _ring?.Reaches(Volatile.Read(ref _number)) is false);

    /// <summary>Closes the connection, also where the browser does not read; does nothing once the stream is disposed.</summary>
    public void Abort()
    {
        // The context of a request that has ended throws, and its connection may serve another request by now.
        lock (_requestLock)
        {
            _isOver = true;
            if (!_isDisposed)
                _context.Abort();
        }
    }

    /// <summary>No wake-ups come any more.</summary>
    public void Dispose()
    {
        lock (_requestLock)
            _isDisposed = true;
        _relay.Close(this, _group);
        _aborted.Dispose();
    }

    private void End()
    {
        _isOver = true;
        Wake();
    }

    /// <summary>Sends what there is, until there is no more or the browser must be waited for.</summary>
    private void GoOn()
    {
        try
        {
            while (true)
            {
                // First: whoever calls Wake from here on may mean what is passed by already.
                Interlocked.Exchange(ref _state, Running);
                if (_isOver || _relay.IsStopping || !TryWrite())
                    break;

                if (_unflushed == 0)
                {
                    if (Interlocked.CompareExchange(ref _state, Waiting, Running) == Running)
                        return;
                    continue;
                }

                var flush = FlushAsync();
                if (!flush.IsCompletedSuccessfully)
                {
                    _ = GoOnAfterAsync(flush);
                    return;
                }

                if (flush.Result.IsCompleted)
                    break;
            }

            _end.TrySetResult();
        }
        catch (Exception exception)
        {
            _end.TrySetException(exception);
        }
    }

    private async Task GoOnAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            _isSending = true;
            if ((await flush).IsCompleted)
                _isOver = true;
        }
        catch (Exception exception)
        {
            _end.TrySetException(exception);
            return;
        }
        finally
        {
            _isSending = false;
        }

        GoOn();
    }

    /// <returns>False where the stream must end.</returns>
    private bool TryWrite()
    {
        // In this order: what the refresh has found stands in the ring that is looked at.
        var isRefreshed = _refresh?.IsCompleted ?? false;
        if (_relay.Ring is { } ring && ring != _ring)
        {
            if (TryEnter(ring, isRefreshed))
                _refresh = null;
            else if (_refresh is null)
                _ = WakeAfterAsync(_refresh = _relay.RefreshAsync());
        }

        if (_ring is not null && !TryWriteEvents(_ring))
            return false;
        if (_heartbeatIsDue && _unflushed == 0)
            Write(EventFrame.Heartbeat);
        return true;
    }

    /// <summary>
    /// Places the browser's cursor in a ring that is new to it: the first one, or the one after a log that was started
    /// anew.
    /// </summary>
    /// <returns>
    /// False where the ring does not know the browser's position. Then this replica may be the one that is behind, and
    /// looks at the log before the browser is told to begin afresh.
    /// </returns>
    private bool TryEnter(EventRing ring, bool isRefreshed)
    {
        var position = _cursor ?? ring.Position;
        if (ring.Continues(position))
        {
            Write(EventFrame.Position(position, _options.Retry));
        }
        else if (isRefreshed)
        {
            position = ring.Position;
            Write(EventFrame.Reset(position));
            _metrics.Reset();
        }
        else
        {
            return false;
        }

        _ring = ring;
        MoveTo(position);
        return true;
    }

    private bool TryWriteEvents(EventRing ring)
    {
        var cursor = _cursor!.Value;
        if (!ring.Read(ref cursor, _output, out var bytes))
        {
            // What is written already goes out first.
            if (_unflushed > 0)
                return true;
            _relay.TellSlow();
            return false;
        }

        _metrics.Sent(cursor.Number - _number, bytes);
        _unflushed += bytes;
        MoveTo(cursor);
        return true;
    }

    private void MoveTo(LogPosition position)
    {
        _cursor = position;
        Volatile.Write(ref _number, position.Number);
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        _output.Write(frame);
        _unflushed += frame.Length;
    }

    private ValueTask<FlushResult> FlushAsync()
    {
        _heartbeatIsDue = false;
        _unflushed = 0;
        return _output.FlushAsync();
    }

    private async Task WakeAfterAsync(Task refresh)
    {
        await refresh;
        Wake();
    }
}
