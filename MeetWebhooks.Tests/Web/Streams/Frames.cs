using System.Buffers;
using System.Globalization;
using System.Text;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

/// <summary>Rings whose frames are the numbers of their events.</summary>
internal static class Frames
{
    /// <summary>A position in the log that <see cref="Ring"/> fills.</summary>
    public static LogPosition Position(long number) => new("log", number);

    /// <summary>Creates a ring and adds events to it.</summary>
    /// <param name="start">The number before the first event.</param>
    /// <param name="capacity">How many events are kept.</param>
    /// <param name="events">How many events are added.</param>
    /// <param name="largest">How many bytes are kept.</param>
    public static FrameRing Ring(long start, int capacity, int events, long largest = long.MaxValue)
    {
        var ring = new FrameRing(Position(start), capacity, largest);
        for (var n = 0; n < events; n++)
            ring.AddNext();
        return ring;
    }

    /// <summary>Adds the next event.</summary>
    public static void AddNext(this FrameRing ring)
    {
        var number = ring.Position.Number + 1;
        ring.Add(Position(number), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} ")));
    }

    /// <summary>The numbers of the events that were written.</summary>
    public static string Text(ArrayBufferWriter<byte> output) => Encoding.ASCII.GetString(output.WrittenSpan).TrimEnd();
}
