using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>
/// What tells an event of a benchmark wherever it arrives: its number, and when it was sent. It stands in the event's JSON
/// as <c>"message":"number.time"</c>, both with leading zeros; the time is the clock's that all processes of a machine share.
/// </summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="SentAt">As <see cref="Stopwatch.GetTimestamp"/> says it.</param>
internal readonly record struct EventMark(long Number, long SentAt)
{
    private const int NumberLength = 10;
    private const int TimeLength = 19;

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public const int Length = NumberLength + 1 + TimeLength;

    /// <summary>What stands before a mark.</summary>
    public static ReadOnlySpan<byte> Prefix => "\"message\":\""u8;

    /// <summary>Room for a mark in the text of an event.</summary>
    public static string Placeholder => new('0', Length);

    /// <summary>A mark with the time that it is now.</summary>
    public static EventMark Now(long number) => new(number, Stopwatch.GetTimestamp());

    /// <summary>Reads a mark from the bytes behind the prefix.</summary>
    public static EventMark Read(ReadOnlySpan<byte> bytes) =>
        new(Parse(bytes[..NumberLength]), Parse(bytes.Slice(NumberLength + 1, TimeLength)));

    /// <summary>Writes the mark over a placeholder.</summary>
    public void Write(Span<byte> bytes)
    {
        Utf8Formatter.TryFormat(Number, bytes[..NumberLength], out _, new('D', NumberLength));
        bytes[NumberLength] = (byte)'.';
        Utf8Formatter.TryFormat(SentAt, bytes.Slice(NumberLength + 1, TimeLength), out _, new('D', TimeLength));
    }

    private static long Parse(ReadOnlySpan<byte> digits) =>
        long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
