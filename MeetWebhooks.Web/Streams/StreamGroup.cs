namespace MeetWebhooks.Web.Streams;

/// <summary>Some of a replica's open streams. One adds and removes; any number may look at them meanwhile.</summary>
internal sealed class StreamGroup
{
    private const int Size = 64;

    private readonly EventStream?[] _streams = new EventStream?[Size];
    private int _count;

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

    /// <summary>Calls something for each stream.</summary>
    public void ForEach(Action<EventStream> action)
    {
        for (var i = 0; i < Size; i++)
        {
            if (Volatile.Read(ref _streams[i]) is { } stream)
                action(stream);
        }
    }
}
