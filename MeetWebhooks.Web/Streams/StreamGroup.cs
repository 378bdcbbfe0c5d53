namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Some of a broadcast's streams. One thread at a time adds and removes; any number of threads may enumerate.
/// </summary>
/// <param name="logger">Where failing streams are logged.</param>
internal sealed partial class StreamGroup(ILogger logger)
{
    private const int Size = 64;

    private readonly IBroadcastStream?[] _streams = new IBroadcastStream?[Size];
    private int _count;

    /// <summary>Adds a stream if there is room.</summary>
    public bool TryAdd(IBroadcastStream stream)
    {
        if (_count == Size)
            return false;
        Volatile.Write(ref _streams[Array.IndexOf(_streams, null)], stream);
        _count++;
        return true;
    }

    /// <summary>Removes a stream.</summary>
    public void Remove(IBroadcastStream stream)
    {
        Volatile.Write(ref _streams[Array.IndexOf(_streams, stream)], null);
        _count--;
    }

    /// <summary>
    /// Calls an action for each stream. Callers are timers and work items, which no exception may leave: a stream
    /// that throws is logged, and the next one is called.
    /// </summary>
    public void ForEach(Action<IBroadcastStream> action)
    {
        for (var i = 0; i < Size; i++)
        {
            if (Volatile.Read(ref _streams[i]) is not { } stream)
                continue;
            try
            {
                action(stream);
            }
            catch (Exception exception)
            {
                LogStreamFailed(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A stream failed.")]
    private partial void LogStreamFailed(Exception exception);
}
