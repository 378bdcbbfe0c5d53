using System.Buffers;

namespace MeetWebhooks.Web.Streams;

/// <summary>How a cursor entered a ring.</summary>
internal enum CursorEntry
{
    /// <summary>
    /// The ring continues the cursor's position, or the cursor had none and starts at the ring's end.
    /// </summary>
    Continued,

    /// <summary>Events after the cursor's position are lost. The cursor has moved to the ring's end.</summary>
    Reset,

    /// <summary>
    /// The ring does not know the position. The cursor has not entered: this replica may be behind the log.
    /// </summary>
    Unknown,
}

/// <summary>
/// Where one stream is in the log: the last event that it has read, and the ring that it reads from. Only one thread
/// at a time may use it, except for <see cref="HasLostEvents"/>.
/// </summary>
/// <param name="lastEventId">The last event that the browser received; null if it wants only new events.</param>
internal sealed class StreamCursor(LogPosition? lastEventId)
{
    private LogPosition? _position = lastEventId;
    private volatile FrameRing? _ring;
    private long _number;

    /// <summary>The last event that was read. Only after the cursor has entered a ring.</summary>
    public LogPosition Position => _position!.Value;

    /// <summary>Whether the cursor reads from this ring.</summary>
    public bool IsIn(FrameRing ring) => _ring == ring;

    /// <summary>Enters a ring: the first one, or the ring of a log that was started anew.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="isRefreshed">
    /// Whether the ring has everything that was in the log when it was first found not to know the position. Only
    /// then does an unknown position mean that events are lost.
    /// </param>
    public CursorEntry Enter(FrameRing ring, bool isRefreshed)
    {
        var entry = CursorEntry.Continued;
        if (_position is { } position && !ring.Continues(position))
        {
            if (!isRefreshed)
                return CursorEntry.Unknown;
            entry = CursorEntry.Reset;
            _position = null;
        }

        MoveTo(_position ?? ring.Position);
        _ring = ring;
        return entry;
    }

    /// <summary>Copies the next frames, up to a limit, and moves past them.</summary>
    /// <param name="output">Where the frames are written.</param>
    /// <param name="events">How many events were written; 0 if there are none or the cursor is in no ring yet.</param>
    /// <param name="bytes">How many bytes were written.</param>
    /// <returns>False if the next event is no longer in the ring. Then nothing was copied.</returns>
    public bool TryRead(IBufferWriter<byte> output, out long events, out int bytes)
    {
        (events, bytes) = (0, 0);
        if (_ring is not { } ring)
            return true;

        var position = Position;
        if (!ring.TryRead(ref position, output, out bytes))
            return false;
        events = position.Number - _number;
        MoveTo(position);
        return true;
    }

    /// <summary>
    /// Whether events were lost that the cursor has not read: the next one has left the ring, or the log was started
    /// anew. Any thread may call this.
    /// </summary>
    /// <param name="current">The ring as it is now.</param>
    public bool HasLostEvents(FrameRing? current)
    {
        var ring = _ring;
        return ring != current || ring?.Reaches(Volatile.Read(ref _number)) is false;
    }

    private void MoveTo(LogPosition position)
    {
        _position = position;
        Volatile.Write(ref _number, position.Number);
    }
}
