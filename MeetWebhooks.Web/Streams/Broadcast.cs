namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Sends the frames of one ring to any number of streams: wakes them when there are more, sends heartbeats, and closes
/// those that are too slow. A kind of stream is a subclass, which says what its heartbeats tell.
/// </summary>
internal abstract partial class Broadcast : IDisposable
{
    /// <summary>How many streams a second are ended when few are open.</summary>
    private const double SlowestDrain = 200;

    /// <summary>How long the end of all streams takes at most.</summary>
    public static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeat;
    private readonly TimeSpan _retry;
    private readonly StreamMetrics _metrics;
    private readonly ILogger _logger;
    private readonly StreamWaker[] _wakers;
    private readonly ITimer _timer;
    private readonly Lock _openLock = new();
    private readonly Lock _beatLock = new();
    private volatile StreamGroup[] _groups = [];
    private volatile FrameRing? _ring;
    private volatile bool _isDraining;
    private int _count;

    /// <param name="heartbeat">How often a stream carries a heartbeat.</param>
    /// <param name="retry">How long browsers wait at least before they reconnect, and at most twice as long.</param>
    /// <param name="metrics">Where streams are counted.</param>
    /// <param name="time">The clock of the heartbeat.</param>
    /// <param name="logger">Where slow and failing streams are logged.</param>
    protected Broadcast(
        TimeSpan heartbeat, TimeSpan retry, StreamMetrics metrics, TimeProvider time, ILogger logger)
    {
        _time = time;
        _heartbeat = heartbeat;
        _retry = retry;
        _metrics = metrics;
        _logger = logger;
        _wakers = StreamWaker.ForThisMachine(() => _groups);
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

    /// <summary>Whether streams are being ended because the host stops. A new stream then ends at once.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>A frame that keeps an idle connection open.</summary>
    public abstract ReadOnlySpan<byte> Heartbeat { get; }

    /// <summary>A frame that tells a browser its position, so that it has one before its first event.</summary>
    public ReadOnlySpan<byte> Position(LogPosition position) => EventFrame.Position(position, Retry());

    /// <summary>All that a stream is sent that is opened while the host stops: when to come back.</summary>
    public ReadOnlySpan<byte> Goodbye => EventFrame.Retry(Retry());

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

    /// <summary>
    /// Ends all streams, spread over up to <see cref="LongestDrain"/>: their browsers reconnect to other replicas, which must
    /// not all happen at once. Those whose browser does not read are aborted a second later.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the remaining streams stay open.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        await EndAsync(Streams(), cancellationToken).ConfigureAwait(false);

        var start = _time.GetTimestamp();
        while (Count > 0)
        {
            var isOver = _time.GetElapsedTime(start) >= Patience;
            foreach (var stream in Streams())
            {
                // Also those that were opened just as the drain began.
                stream.End();
                if (isOver)
                    stream.Abort();
            }

            if (isOver)
                return;
            await Task.Delay(DrainStep, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private List<IBroadcastStream> Streams()
    {
        var streams = new List<IBroadcastStream>(Count);
        foreach (var group in _groups)
            group.ForEach(streams.Add);
        return streams;
    }

    private async Task EndAsync(List<IBroadcastStream> streams, CancellationToken cancellationToken)
    {
        var rate = Math.Max(SlowestDrain, streams.Count / LongestDrain.TotalSeconds);
        var start = _time.GetTimestamp();
        for (var ended = 0; ended < streams.Count;)
        {
            for (var due = 1 + (_time.GetElapsedTime(start).TotalSeconds * rate); ended < Math.Min(due, streams.Count); ended++)
                streams[ended].End();
            if (ended < streams.Count)
                await Task.Delay(DrainStep, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has all streams carry a heartbeat now.</summary>
    public void Beat()
    {
        lock (_beatLock)
        {
            PrepareHeartbeat();
            foreach (var group in _groups)
                group.ForEach(Beat);
        }

        Wake();
        StartTimer();
    }

    /// <summary>Called before streams carry a heartbeat.</summary>
    protected virtual void PrepareHeartbeat()
    {
    }

    // Browsers that lose their streams together must not come back together.
    private TimeSpan Retry() => _retry * (1 + Random.Shared.NextDouble());

    /// <summary>Starts the timer for one heartbeat.</summary>
    private void StartTimer() => _timer.Change(_heartbeat, Timeout.InfiniteTimeSpan);

    private void Wake()
    {
        foreach (var waker in _wakers)
            waker.Wake();
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
