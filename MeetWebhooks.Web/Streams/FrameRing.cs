using System.Buffers;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// The newest events of one log, each kept once, as the bytes of its frame, and shared by all streams: a stream is
/// only a cursor. One thread adds; any number of threads read; there are no locks.
/// </summary>
internal sealed class FrameRing
{
    /// <summary>
    /// In bytes. One read stops after the frame that reaches this limit, so that a stream that is far behind never
    /// buffers much more.
    /// </summary>
    private const int ReadLimit = 64 * 1024;

    private readonly Frame?[] _frames;
    private readonly LogPosition _start;
    private readonly long _largest;
    private long _first;
    private long _last;
    private long _bytes;

    /// <param name="start">The position before the first event that will be added.</param>
    /// <param name="capacity">How many events are kept at most.</param>
    /// <param name="largest">How many bytes are kept at most, the newest event excepted.</param>
    public FrameRing(LogPosition start, int capacity, long largest)
    {
        _start = start;
        _largest = largest;
        _first = start.Number + 1;
        _frames = new Frame?[capacity];
        _last = start.Number;
    }

    /// <summary>The position of the newest event; the start if there is none.</summary>
    public LogPosition Position
    {
        get
        {
            // A frame is missing only if a whole round of newer ones was added between the two reads.
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
    /// Whether a position belongs to this log and every event after it is still here or yet to come. The next event
    /// names its predecessor, which tells.
    /// </summary>
    public bool Continues(LogPosition position) =>
        position == Position || FrameOf(position.Number + 1)?.Previous == position;

    /// <summary>Whether an event is here.</summary>
    public bool Contains(LogPosition id) => FrameOf(id.Number)?.Id == id;

    /// <summary>Whether the event after a number is still here or yet to come.</summary>
    public bool Reaches(long number) => number >= Volatile.Read(ref _last) || FrameOf(number + 1) is not null;

    /// <summary>Adds the next event. Only one thread may call this.</summary>
    /// <param name="id">The event's position.</param>
    /// <param name="bytes">Its frame.</param>
    public void Add(LogPosition id, byte[] bytes)
    {
        var frame = new Frame(id, Position, bytes);
        _bytes += bytes.Length;
        while (_first < id.Number && (_bytes > _largest || id.Number - _first >= _frames.Length))
        {
            ref var oldest = ref _frames[_first++ % _frames.Length];
            _bytes -= oldest!.Bytes.Length;
            Volatile.Write(ref oldest, null);
        }

        Volatile.Write(ref _frames[id.Number % _frames.Length], frame);
        Volatile.Write(ref _last, id.Number);
    }

    /// <summary>Copies the frames after a position and moves the position to the last one copied.</summary>
    /// <param name="position">The last event that was read.</param>
    /// <param name="output">Where the frames are written.</param>
    /// <param name="bytes">How many bytes were written.</param>
    /// <returns>False if the next event is no longer in the ring. Then nothing was copied.</returns>
    public bool TryRead(ref LogPosition position, IBufferWriter<byte> output, out int bytes)
    {
        bytes = 0;
        var last = Volatile.Read(ref _last);
        while (position.Number < last && bytes < ReadLimit)
        {
            if (FrameOf(position.Number + 1) is not { } frame)
                return bytes > 0;
            output.Write(frame.Bytes);
            bytes += frame.Bytes.Length;
            position = frame.Id;
        }

        return true;
    }

    /// <summary>An event's frame; null if a newer event has replaced it or it has not been added yet.</summary>
    private Frame? FrameOf(long number)
    {
        var frame = Volatile.Read(ref _frames[number % _frames.Length]);
        return frame?.Id.Number == number ? frame : null;
    }

    private sealed record Frame(LogPosition Id, LogPosition Previous, byte[] Bytes);
}
