using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Relays the log to this replica's browsers: follows it, keeps its newest events in a ring, and wakes the streams.
/// </summary>
internal sealed partial class EventRelay(
    LogFollower follower,
    IOptions<WebhookLogOptions> logOptions,
    IOptions<StreamOptions> options,
    StreamMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<EventRelay> logger) : BackgroundService
{
    private readonly Lock _openLock = new();
    private volatile StreamGroup[] _groups = [];
    private StreamWaker[] _wakers = [];
    private int _streams;
    private EventRing? _filling;
    private volatile EventRing? _ring;

    /// <summary>The ring of the log as it is now, or null until Redis has answered for the first time.</summary>
    public EventRing? Ring => _ring;

    /// <summary>True once the host is stopping: streams end, so that their browsers go to another replica at once.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Whether this replica has every event that it knows of.</summary>
    public bool IsCurrent => follower.IsCurrent;

    /// <summary>Takes everything in that stands in the log by now.</summary>
    public Task RefreshAsync() => follower.RefreshAsync();

    /// <summary>Adds a stream to those that are woken by events.</summary>
    /// <returns>The group that it was put into.</returns>
    public StreamGroup Open(EventStream stream)
    {
        metrics.StreamOpened();
        lock (_openLock)
        {
            _streams++;
            if (Array.Find(_groups, group => group.TryAdd(stream)) is { } open)
                return open;
            var group = new StreamGroup();
            group.TryAdd(stream);
            _groups = [.. _groups, group];
            return group;
        }
    }

    /// <summary>Takes a stream out of its group again.</summary>
    public void Close(EventStream stream, StreamGroup group)
    {
        metrics.StreamClosed();
        lock (_openLock)
        {
            _streams--;
            group.Remove(stream);
        }
    }

    /// <summary>Counts a stream that is closed because its browser has fallen out of the ring.</summary>
    public void TellSlow()
    {
        metrics.SlowStreamClosed();
        LogSlow();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _wakers = StreamWaker.ForThisMachine(() => _groups);
        await using var stop = lifetime.ApplicationStopping.Register(Wake);
        await using var heartbeat = time.CreateTimer(
            _ => Beat(), null, options.Value.Heartbeat, options.Value.Heartbeat);
        try
        {
            await foreach (var batch in follower.FollowAsync(stoppingToken))
                Relay(batch);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(_streams);
        }
    }

    private void Relay(LogBatch batch)
    {
        if (batch.Starts)
            _filling = new EventRing(batch.After, logOptions.Value.RetainedEvents);
        var ring = _filling!;

        foreach (var logged in batch.Events)
        {
            // What stood in the log before this replica started goes out to nobody.
            if (_ring is null)
            {
                ring.Add(logged);
                continue;
            }

            using var activity = LogTelemetry.StartProcess(logged, "relay");
            activity?.SetTag("meetwebhooks.browsers", _streams);
            ring.Add(logged);
            metrics.Relayed(time.GetUtcNow() - logged.AppendedAt);
        }

        // A browser without a position starts where the ring ends: not before the whole log is in it.
        if (batch.MoreFollow)
            return;
        _ring = ring;
        Wake();
    }

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
    }

    private void Beat(EventStream stream)
    {
        // An exception would leave the timer and end the process.
        try
        {
            if (stream.IsLost(_ring))
            {
                TellSlow();
                stream.Abort();
            }
            else
            {
                stream.TellHeartbeat();
            }
        }
        catch (Exception exception)
        {
            LogHeartbeatFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "A stream was closed, as its browser reads too slowly: what it has not read is no longer kept.")]
    private partial void LogSlow();

    [LoggerMessage(Level = LogLevel.Error, Message = "The heartbeat of a stream failed.")]
    private partial void LogHeartbeatFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The relay has stopped; {Streams} streams were still open.")]
    private partial void LogStopped(int streams);
}
