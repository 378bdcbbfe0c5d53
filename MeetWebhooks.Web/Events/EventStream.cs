using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace MeetWebhooks.Web.Events;

/// <summary>One browser's stream: a cursor into the ring, and a wait for more. It keeps no events of its own.</summary>
internal sealed class EventStream : IValueTaskSource, IDisposable
{
    private const int Running = 0;
    private const int Waiting = 1;
    private const int Woken = 2;

    private readonly HttpContext _context;
    private readonly PipeWriter _output;
    private readonly EventRelay _relay;
    private readonly EventsOptions _options;
    private readonly RelayMetrics _metrics;
    private readonly CancellationTokenRegistration _aborted;
    private readonly StreamGroup _group;

    // The stream goes on within Wake: its group's work item is there for that.
    private ManualResetValueTaskSourceCore<bool> _wait;
    private int _state = Running;
    private volatile bool _heartbeatIsDue;
    private volatile bool _isSending;

    private EventRing? _ring;
    private EventId? _cursor;
    private long _number;
    private int _unflushed;

    /// <param name="context">The browser's request, whose response nobody else writes to.</param>
    /// <param name="relay">Where events come from. It wakes the stream until the stream is disposed of.</param>
    /// <param name="options">The streams' settings.</param>
    /// <param name="metrics">Where deliveries are counted.</param>
    public EventStream(HttpContext context, EventRelay relay, EventsOptions options, RelayMetrics metrics)
    {
        _context = context;
        _output = context.Response.BodyWriter;
        _relay = relay;
        _options = options;
        _metrics = metrics;
        _aborted = context.RequestAborted.UnsafeRegister(static stream => ((EventStream)stream!).Wake(), this);
        _group = relay.Open(this);
    }

    /// <summary>Streams events until the browser goes, has fallen out of the ring, or the host stops.</summary>
    /// <param name="standsAt">The event that the browser was sent last; null where it only wants what comes.</param>
    public async Task RunAsync(EventId? standsAt)
    {
        _cursor = standsAt;
        // The browser's stream is open now, also where its first event is a while away.
        await _output.FlushAsync();
        Task? refresh = null;

        while (!_context.RequestAborted.IsCancellationRequested && !_relay.IsStopping)
        {
            Interlocked.Exchange(ref _state, Running);

            // In this order: what the refresh has found stands in the ring that is looked at.
            var isRefreshed = refresh?.IsCompleted ?? false;
            if (_relay.Ring is { } ring && ring != _ring)
            {
                if (TryEnter(ring, isRefreshed))
                    refresh = null;
                else if (refresh is null)
                    _ = WakeAfterAsync(refresh = _relay.RefreshAsync());
            }

            if (_ring is not null && !TrySendEvents(_ring))
                return;
            if (_heartbeatIsDue && _unflushed == 0)
                Send(EventFrame.Heartbeat);

            if (_unflushed == 0)
                await WaitAsync();
            else if (!await FlushAsync())
                return;
        }
    }

    /// <summary>Has the stream look for events, once; also where it is at work just now.</summary>
    public void Wake()
    {
        // A wake-up while the stream is at work must not be lost: it makes the next wait end at once.
        if (Interlocked.Exchange(ref _state, Woken) == Waiting)
            _wait.SetResult(true);
    }

    /// <summary>Has the stream send a heartbeat when it is woken next, unless it sends events.</summary>
    public void TellHeartbeat() => _heartbeatIsDue = true;

    /// <summary>Whether the browser does not take what is sent, and has missed events meanwhile.</summary>
    public bool IsLost(EventRing? current) =>
        _isSending && (_ring != current || !_ring!.Reaches(Volatile.Read(ref _number)));

    /// <summary>Closes the connection, also where the browser does not read.</summary>
    public void Abort() => _context.Abort();

    /// <summary>No wake-ups come any more.</summary>
    public void Dispose()
    {
        _relay.Close(this, _group);
        _aborted.Dispose();
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
            Send(EventFrame.Position(position, _options.Retry));
        }
        else if (isRefreshed)
        {
            position = ring.Position;
            Send(EventFrame.Reset(position));
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

    private bool TrySendEvents(EventRing ring)
    {
        var cursor = _cursor!.Value;
        var isWhole = ring.Read(ref cursor, _output, out var bytes);
        if (!isWhole)
        {
            _relay.TellSlow();
            return false;
        }

        _metrics.Sent(cursor.Number - _number, bytes);
        _unflushed += bytes;
        MoveTo(cursor);
        return true;
    }

    private void MoveTo(EventId position)
    {
        _cursor = position;
        Volatile.Write(ref _number, position.Number);
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        _output.Write(frame);
        _unflushed += frame.Length;
    }

    private async ValueTask<bool> FlushAsync()
    {
        _heartbeatIsDue = false;
        _unflushed = 0;
        _isSending = true;
        var flushed = await _output.FlushAsync();
        _isSending = false;
        return !flushed.IsCompleted;
    }

    private async Task WakeAfterAsync(Task refresh)
    {
        await refresh;
        Wake();
    }

    private ValueTask WaitAsync()
    {
        _wait.Reset();
        return Interlocked.CompareExchange(ref _state, Waiting, Running) == Running
            ? new ValueTask(this, _wait.Version)
            : ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
