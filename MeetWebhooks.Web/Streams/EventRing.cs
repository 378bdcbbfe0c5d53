using System.Buffers;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// The newest events of one log, each once and already as the bytes of its frame, shared by all browsers: a browser is
/// but a cursor, the last event that it was sent. One writer, any number of readers, no locks.
/// </summary>
internal sealed class EventRing
{
    /// <summary>A reader that is far behind gets about this much at once, in bytes, so that it never holds more.</summary>
    private const int MaxRead = 64 * 1024;

    private readonly Frame?[] _frames;
    private readonly LogPosition _start;
    private long _last;

    /// <param name="start">The position before the first event that will be added.</param>
    /// <param name="capacity">How many events are kept.</param>
    public EventRing(LogPosition start, int capacity)
    {
        _start = start;
        _frames = new Frame?[capacity];
        _last = start.Number;
    }

    /// <summary>The newest event, or where the ring began.</summary>
    public LogPosition Position
    {
        get
        {
            // The frame can only be overtaken by a whole round of newer ones between the two reads.
            while (true)
            {
                var last = Volatile.Read(ref _last);
                if (last == _start.Number)
                    return _start;
                if (FrameOf(last) is { } frame)
                    return frame.Id;
            }
        }
    }

    /// <summary>
    /// Whether a position stands in this log, and every event after it is still there, or yet to come. The event after it
    /// tells: it names the one that it follows.
    /// </summary>
    public bool Continues(LogPosition position) => position == Position || FrameOf(position.Number + 1)?.Previous == position;

    /// <summary>Whether the event after a number is still there, or yet to come.</summary>
    public bool Reaches(long number) => number >= Volatile.Read(ref _last) || FrameOf(number + 1) is not null;

    /// <summary>Adds the next event. Only the writer calls it.</summary>
    public void Add(LoggedEvent logged)
    {
        var frame = new Frame(logged.Id, Position, EventFrame.Encode(logged));
        Volatile.Write(ref _frames[logged.Id.Number % _frames.Length], frame);
        Volatile.Write(ref _last, logged.Id.Number);
    }

    /// <summary>Copies the frames after a cursor, and moves it.</summary>
    /// <returns>False where the cursor has fallen out of the ring: events were missed. Then nothing was copied.</returns>
    public bool Read(ref LogPosition cursor, IBufferWriter<byte> output, out int bytes)
    {
        bytes = 0;
        var last = Volatile.Read(ref _last);
        while (cursor.Number < last && bytes < MaxRead)
        {
            if (FrameOf(cursor.Number + 1) is not { } frame)
                return bytes > 0;
            output.Write(frame.Bytes);
            bytes += frame.Bytes.Length;
            cursor = frame.Id;
        }

        return true;
    }

    /// <summary>An event's frame, or null where a newer one has taken its slot, or none has come yet.</summary>
    private Frame? FrameOf(long number)
    {
        var frame = Volatile.Read(ref _frames[number % _frames.Length]);
        return frame?.Id.Number == number ? frame : null;
    }

    private sealed record Frame(LogPosition Id, LogPosition Previous, byte[] Bytes);
}
