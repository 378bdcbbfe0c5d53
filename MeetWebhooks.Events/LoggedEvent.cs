using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MeetWebhooks.Events;

/// <summary>An event as it stands in the log.</summary>
/// <param name="Id">Its place in the log.</param>
/// <param name="Previous">
/// The event before it; number 0 before the first one. Whoever has that one, and then this one, has missed nothing.
/// </param>
/// <param name="AppendedAt">When it was appended, by the clock of Redis, in whole milliseconds.</param>
/// <param name="TraceParent">
/// The trace that it was appended in, as a <see href="https://www.w3.org/TR/trace-context/">W3C traceparent</see>, or
/// null where it was appended outside of any trace.
/// </param>
/// <param name="Payload">Its bytes, exactly as they were appended.</param>
public sealed record LoggedEvent(
    LogPosition Id,
    LogPosition Previous,
    DateTimeOffset AppendedAt,
    string? TraceParent,
    ReadOnlyMemory<byte> Payload)
{
    internal const string NoTrace = "-";

    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// Reads an entry as the append script writes it: a line <c>id previous milliseconds traceparent</c> (the last is
    /// <c>-</c> where there is none), then the payload.
    /// </summary>
    /// <param name="entry">The entry's bytes, which the event goes on to share.</param>
    /// <param name="logged">The event, where the answer is true.</param>
    /// <returns>False where the bytes are no entry, for example because somebody else wrote to the log's keys.</returns>
    internal static bool TryRead(ReadOnlyMemory<byte> entry, [NotNullWhen(true)] out LoggedEvent? logged)
    {
        logged = null;
        var lineEnd = entry.Span.IndexOf((byte)'\n');
        if (lineEnd < 0)
            return false;

        var fields = Encoding.ASCII.GetString(entry.Span[..lineEnd]).Split(' ');
        if (fields is not [var id, var previous, var appendedAt, var traceParent]
            || !LogPosition.TryParse(id, out var eventId)
            || !LogPosition.TryParse(previous, out var previousId)
            || !long.TryParse(appendedAt, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds > LastMillisecond)
            return false;

        logged = new LoggedEvent(
            eventId,
            previousId,
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            traceParent == NoTrace ? null : traceParent,
            entry[(lineEnd + 1)..]);
        return true;
    }
}
