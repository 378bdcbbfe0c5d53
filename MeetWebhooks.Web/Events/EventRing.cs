using System.Buffers;
using MeetWebhooks.Events;

namespace MeetWebhooks.Web.Events;

/// <summary>
/// The newest events of one log, each once and already as the bytes of its frame, shared by all browsers: a browser is
/// but a cursor, the number of the last event that it was sent. One writer, any number of readers, no locks.
/// </summary>
internal sealed class EventRing
{
    /// <summary>A reader that is far behind gets about this much at once, in bytes, so that it never holds more.</summary>
    private const int MaxRead = 64 * 1024;

    private readonly Frame?[] _frames;
    private long _last;

    /// <param name="start">The position before the first event that will be added.</param>
    /// <param name="capacity">How many events are kept.</param>
    public EventRing(EventId start, int capacity)
    {
        Log = start.Log;
        _frames = new Frame?[capacity];
        First = start.Number + 1;
        _last = start.Number;
    }

    /// <summary>The log's name.</summary>
    public string Log { get; }

    /// <summary>The number of the newest event.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The newest event, or where the ring began.</summary>
    public EventId Position => new(Log, Last);

    /// <summary>Whether every event after a cursor is still there, or yet to come.</summary>
    public bool Reaches(long cursor) => cursor >= Math.Max(First, Last - _frames.Length + 1) - 1;

    /// <summary>Adds the next event. Only the writer calls it.</summary>
    public void Add(LoggedEvent logged)
    {
        _frames[logged.Id.Number % _frames.Length] = new Frame(logged.Id.Number, EventFrame.Encode(logged));
        Volatile.Write(ref _last, logged.Id.Number);
    }

    /// <summary>Copies the frames after a cursor, and moves it.</summary>
    /// <returns>False where the cursor has fallen out of the ring: events were missed.</returns>
    public bool Read(ref long cursor, IBufferWriter<byte> output, out int bytes)
    {
        bytes = 0;
        var last = Last;
        while (cursor < last && bytes < MaxRead)
        {
            var next = cursor + 1;
            // The slot may have been overwritten since: the frame's own number tells.
            if (Volatile.Read(ref _frames[next % _frames.Length]) is not { } frame || frame.Number != next)
                return false;
            output.Write(frame.Bytes);
            bytes += frame.Bytes.Length;
            cursor = next;
        }

        return true;
    }

    private long First { get; }

    private sealed record Frame(long Number, byte[] Bytes);
}
