namespace MeetWebhooks.Web.Events;

/// <summary>
/// Some of a replica's open streams, woken by one work item of the thread pool. An item for each stream would cost more
/// than what the stream then does; one item for all of them would keep other requests waiting.
/// </summary>
internal sealed class StreamGroup : IThreadPoolWorkItem
{
    private const int Size = 64;

    private readonly EventStream?[] _streams = new EventStream?[Size];
    private int _count;
    private int _isQueued;

    /// <summary>Adds a stream, where there is room. One caller at a time.</summary>
    public bool TryAdd(EventStream stream)
    {
        if (_count == Size)
            return false;
        Volatile.Write(ref _streams[Array.IndexOf(_streams, null)], stream);
        _count++;
        return true;
    }

    /// <summary>Takes a stream out again. One caller at a time.</summary>
    public void Remove(EventStream stream)
    {
        Volatile.Write(ref _streams[Array.IndexOf(_streams, stream)], null);
        _count--;
    }

    /// <summary>Has all streams look for events, soon; and once, however often it is called until then.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Calls something for each stream.</summary>
    public void ForEach(Action<EventStream> action)
    {
        for (var i = 0; i < Size; i++)
        {
            if (Volatile.Read(ref _streams[i]) is { } stream)
                action(stream);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // First: who wakes the group from here on means events that a stream may have passed by already.
        Interlocked.Exchange(ref _isQueued, 0);
        ForEach(static stream => stream.Wake());
    }
}
