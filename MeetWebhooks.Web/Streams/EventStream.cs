using System.Buffers;
using System.IO.Pipelines;
using MeetWebhooks.Web.Connections;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// One browser's connection: writes what its cursor reads, flushes, and waits until it is woken. It has no task of
/// its own and runs within <see cref="Wake"/>, on the caller's thread: an await for each event and browser would cost
/// more than everything else that it does.
/// </summary>
internal sealed class EventStream : IBroadcastStream, IDisposable
{
    // Whoever changes the state from waiting to another one runs the stream, and nobody else does until it waits again.
    private const int Running = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    private readonly HttpContext _context;
    private readonly Broadcast _broadcast;
    private readonly StreamMetrics _metrics;
    private readonly StreamCursor _cursor;
    private readonly CancellationTokenRegistration _aborted;
    private readonly StreamGroup _group;
    private readonly Lock _requestLock = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _state = Running;
    private bool _isDisposed;
    private volatile bool _isEnding;
    private volatile bool _isSending;
    private volatile bool _isHeartbeatDue;

    private PipeWriter _output;
    private Task? _refresh;
    private int _unflushed;

    /// <param name="context">The browser's request. Nobody else writes to its response.</param>
    /// <param name="broadcast">What is streamed. It wakes the stream until the stream is disposed.</param>
    /// <param name="lastEventId">The last event that the browser received; null if it wants only new events.</param>
    /// <param name="metrics">Where deliveries are counted.</param>
    public EventStream(HttpContext context, Broadcast broadcast, LogPosition? lastEventId, StreamMetrics metrics)
    {
        _context = context;
        _output = context.Response.BodyWriter;
        _broadcast = broadcast;
        _metrics = metrics;
        _cursor = new StreamCursor(lastEventId);
        _aborted = context.RequestAborted.UnsafeRegister(static stream => ((EventStream)stream!).End(), this);
        _group = broadcast.Open(this);
    }

    /// <summary>
    /// Streams until the browser disconnects, has lost events by reading too slowly, or the host stops.
    /// </summary>
    public async Task RunAsync()
    {
        // The browser learns now that its stream is open; its first event may take a while.
        _output.Write(_broadcast.Heartbeat);
        await _output.FlushAsync();
        _output = ChunkedWriter.Of(_context.Response);
        Send();
        await _end.Task;
    }

    /// <inheritdoc/>
    public void Wake()
    {
        // A stream that is running looks once more, so that no wake-up is lost.
        if (Interlocked.Exchange(ref _state, Woken) == Waiting)
            Send();
    }

    /// <inheritdoc/>
    public void End()
    {
        _isEnding = true;
        Wake();
    }

    /// <inheritdoc/>
    public void RequestHeartbeat() => _isHeartbeatDue = true;

    /// <inheritdoc/>
    public bool IsTooSlow(FrameRing? current) => _isSending && !_isEnding && _cursor.HasLostEvents(current);

    /// <inheritdoc/>
    public void Abort()
    {
        // The context of a request that has ended throws, and its connection may already serve another request.
        lock (_requestLock)
        {
            _isEnding = true;
            if (!_isDisposed)
                _context.Abort();
        }
    }

    /// <summary>Leaves the broadcast. Must be called before the request ends.</summary>
    public void Dispose()
    {
        lock (_requestLock)
            _isDisposed = true;
        _broadcast.Close(this, _group);
        _aborted.Dispose();
    }

    /// <summary>
    /// Sends everything there is, until there is no more or the browser does not take it. Never throws.
    /// </summary>
    private void Send()
    {
        try
        {
            while (true)
            {
                // Before looking: a wake-up from here on may be about something that this pass no longer sees.
                Interlocked.Exchange(ref _state, Running);
                if (_isEnding || !TryWrite())
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
                    _ = SendAfterAsync(flush);
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

    /// <summary>Waits until the browser has taken what was flushed, and goes on. Never throws.</summary>
    private async Task SendAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            _isSending = true;
            if ((await flush).IsCompleted)
                _isEnding = true;
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

        Send();
    }

    /// <summary>Writes what the browser has not received, or a heartbeat if one is due.</summary>
    /// <returns>False if the browser has lost events: the stream must end.</returns>
    private bool TryWrite()
    {
        // Read before the ring: what a completed refresh has found is in the ring that is read after it.
        var isRefreshed = _refresh is { IsCompleted: true };
        if (_broadcast.Ring is { } ring && !_cursor.IsIn(ring))
            Enter(ring, isRefreshed);

        if (!_cursor.TryRead(_output, out var events, out var bytes))
        {
            // What is written already goes out first.
            if (_unflushed > 0)
                return true;
            _broadcast.RecordSlowStream();
            return false;
        }

        _metrics.RecordSent(events, bytes);
        _unflushed += bytes;
        if (_isHeartbeatDue && _unflushed == 0)
        {
            _isHeartbeatDue = false;
            Write(_broadcast.Heartbeat);
        }

        return true;
    }

    private void Enter(FrameRing ring, bool isRefreshed)
    {
        switch (_cursor.Enter(ring, isRefreshed))
        {
            case CursorEntry.Continued:
                Write(_broadcast.Position(_cursor.Position));
                break;
            case CursorEntry.Reset:
                Write(EventFrame.Reset(_cursor.Position));
                _metrics.RecordReset();
                break;
            default:
                // This replica may be behind the log, so it looks there before the browser is told that events are
                // lost.
                if (_refresh is null)
                    _ = WakeAfterAsync(_refresh = _broadcast.RefreshAsync());
                return;
        }

        _refresh = null;
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        _output.Write(frame);
        _unflushed += frame.Length;
    }

    private ValueTask<FlushResult> FlushAsync()
    {
        _unflushed = 0;
        return _output.FlushAsync();
    }

    private async Task WakeAfterAsync(Task refresh)
    {
        await refresh.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Wake();
    }
}
