using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MeetWebhooks.Events;

/// <summary>
/// Names an event: its number in the log, and a mark that no other event has. Written as <c>mark-number</c>; that text is
/// the <c>id</c> of a Server-Sent Event and comes back as <c>Last-Event-ID</c>.
/// </summary>
/// <param name="Mark">
/// 1 to 32 lower-case letters and digits, drawn at random for each event. A Redis that was wiped, or came back with older
/// data, gives the same numbers again; the mark tells that they name other events.
/// </param>
/// <param name="Number">The event's number. The first event is 1, numbers have no gaps; 0 is where a log begins.</param>
public readonly record struct LogPosition(string Mark, long Number)
{
    private const int LongestMark = 32;
    private const int LongestNumber = 15;

    /// <summary>Reads an id as <see cref="ToString"/> writes it.</summary>
    /// <param name="text">What a browser or the log sent; may be anything.</param>
    /// <param name="id">The id, where the answer is true.</param>
    /// <returns>False for anything that <see cref="ToString"/> would not have written.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out LogPosition id)
    {
        id = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash is < 1 or > LongestMark)
            return false;

        var mark = text.AsSpan(0, dash);
        var number = text.AsSpan(dash + 1);
        if (mark.ContainsAnyExcept(MarkCharacters) || number.Length > LongestNumber || number is ['0', _, ..])
            return false;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;

        id = new LogPosition(mark.ToString(), value);
        return true;
    }

    /// <summary>The id as <c>mark-number</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mark}-{Number}");

    private static readonly System.Buffers.SearchValues<char> MarkCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
}
