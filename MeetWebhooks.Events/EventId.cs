using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MeetWebhooks.Events;

/// <summary>
/// Names an event: the log that it stands in, and its number there. Written as <c>log-number</c>; that text is the
/// <c>id</c> of a Server-Sent Event and comes back as <c>Last-Event-ID</c>.
/// </summary>
/// <param name="Log">
/// The log's own name, 1 to 32 lower-case letters and digits. A log that is started anew gets another name, so that
/// an id from a wiped log is never taken for one of its successor.
/// </param>
/// <param name="Number">The event's number. The first event is 1, numbers have no gaps; 0 is where a log begins.</param>
public readonly record struct EventId(string Log, long Number)
{
    private const int LongestLog = 32;
    private const int LongestNumber = 15;

    /// <summary>Reads an id as <see cref="ToString"/> writes it.</summary>
    /// <param name="text">What a browser or the log sent; may be anything.</param>
    /// <param name="id">The id, where the answer is true.</param>
    /// <returns>False for anything that <see cref="ToString"/> would not have written.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        id = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash is < 1 or > LongestLog)
            return false;

        var log = text.AsSpan(0, dash);
        var number = text.AsSpan(dash + 1);
        if (log.ContainsAnyExcept(LogCharacters) || number.Length > LongestNumber || number is ['0', _, ..])
            return false;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;

        id = new EventId(log.ToString(), value);
        return true;
    }

    /// <summary>The id as <c>log-number</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Log}-{Number}");

    private static readonly System.Buffers.SearchValues<char> LogCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
}
