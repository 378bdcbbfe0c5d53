namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Sends the frames of one ring to any number of streams: wakes them when there are more, sends heartbeats, and closes
/// those that are too slow. A kind of stream is a subclass, which says how it encodes whatever is not an event.
/// </summary>
internal abstract partial class Broadcast : IDisposable
{
    private readonly TimeSpan _heartbeat;
    private readonly StreamMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private readonly StreamWaker[] _wakers;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stop;
    private readonly Lock _openLock = new();
    private volatile StreamGroup[] _groups = [];
    private volatile FrameRing? _ring;
    private int _count;

    /// <param name="heartbeat">How often a stream without events carries a heartbeat.</param>
    /// <param name="metrics">Where streams are counted.</param>
    /// <param name="time">The clock of the heartbeat.</param>
    /// <param name="logger">Where slow and failing streams are logged.</param>
    /// <param name="stopping">Cancelled when the host stops.</param>
    protected Broadcast(
        TimeSpan heartbeat, StreamMetrics metrics, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        _heartbeat = heartbeat;
        _metrics = metrics;
        _logger = logger;
        _stopping = stopping;
        _wakers = StreamWaker.ForThisMachine(() => _groups);
        _stop = stopping.UnsafeRegister(static broadcast => ((Broadcast)broadcast!).Wake(), this);
        _timer = time.CreateTimer(
            static broadcast => ((Broadcast)broadcast!).Beat(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        StartTimer();
    }

    /// <summary>The ring of the log as it is now; null until it is published for the first time.</summary>
    public FrameRing? Ring => _ring;

    /// <summary>How many streams are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// True once the host stops. Streams then end, so that their browsers go to another replica at once.
    /// </summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>A frame that keeps an idle connection open.</summary>
    public abstract ReadOnlySpan<byte> Heartbeat { get; }

    /// <summary>A frame that tells a browser its position, so that it has one before its first event.</summary>
    public abstract ReadOnlySpan<byte> Position(LogPosition position);

    /// <summary>A frame that tells a browser that events before this position are lost to it.</summary>
    public abstract ReadOnlySpan<byte> Reset(LogPosition position);

    /// <summary>Has the ring take in everything that is in the log at the time of the call.</summary>
    public abstract Task RefreshAsync();

    /// <summary>
    /// Has all streams send what the ring has. Called after events were added, and for each new ring.
    /// </summary>
    public void Publish(FrameRing ring)
    {
        _ring = ring;
        Wake();
    }

    /// <summary>Adds a stream.</summary>
    /// <returns>The group that it was put into.</returns>
    public StreamGroup Open(IBroadcastStream stream)
    {
        _metrics.RecordOpened();
        lock (_openLock)
        {
            _count++;
            if (Array.Find(_groups, group => group.TryAdd(stream)) is { } open)
                return open;
            var group = new StreamGroup(_logger);
            group.TryAdd(stream);
            _groups = [.. _groups, group];
            return group;
        }
    }

    /// <summary>Removes a stream from its group.</summary>
    public void Close(IBroadcastStream stream, StreamGroup group)
    {
        _metrics.RecordClosed();
        lock (_openLock)
        {
            _count--;
            group.Remove(stream);
        }
    }

    /// <summary>Records that a stream is closed because its browser has lost events by reading too slowly.</summary>
    public void RecordSlowStream()
    {
        _metrics.RecordSlow();
        LogSlowStream();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _timer.Dispose();
    }

    /// <summary>Starts the timer for one heartbeat, so that two never run at once.</summary>
    private void StartTimer() => _timer.Change(_heartbeat, Timeout.InfiniteTimeSpan);

    private void Wake()
    {
        foreach (var waker in _wakers)
            waker.Wake();
    }

    private void Beat()
    {
        foreach (var group in _groups)
            group.ForEach(Beat);
        Wake();
        StartTimer();
    }

    private void Beat(IBroadcastStream stream)
    {
        if (!stream.IsTooSlow(_ring))
        {
            stream.RequestHeartbeat();
            return;
        }

        RecordSlowStream();
        stream.Abort();
    }

    [LoggerMessage(LogLevel.Information,
        "Closed a stream whose browser reads too slowly: events that it has not read are no longer kept.")]
    private partial void LogSlowStream();
}
