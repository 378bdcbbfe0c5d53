using System.Globalization;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Simulator.Recordings;

/// <summary>Which bytes of a recording's file are asked for.</summary>
/// <param name="First">The first byte.</param>
/// <param name="Last">The last byte.</param>
internal sealed partial record MediaRange(long First, long Last)
{
    // A range without an end is cut to this: who saves the answer to «bytes=0-» has a piece.
    private const long OpenEnd = 5 * 1024 * 1024;

    public long Length => Last - First + 1;

    /// <summary>Reads the header as OpenVidu Meet does.</summary>
    /// <returns>Null where the whole file is to be sent.</returns>
    /// <exception cref="MeetError">The range has another form, or lies behind the file's end.</exception>
    public static MediaRange? Read(string header, string recordingId, long size)
    {
        if (header.Length == 0)
            return null;
        if (Form().Match(header) is not { Success: true } match)
            throw MeetError.Invalid("headers.range", "Invalid range header format. Expected: bytes=start-end");

        var first = Number(match.Groups[1].Value);
        if (first >= size)
        {
            throw new MeetError(
                StatusCodes.Status416RangeNotSatisfiable, "Recording Error",
                $"Recording '{recordingId}' range not satisfiable. File size: {size}");
        }

        var last = match.Groups[2].Value is { Length: > 0 } end ? Number(end) : first + OpenEnd - 1;
        return last < first ? null : new MediaRange(first, Math.Min(last, size - 1));
    }

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue - OpenEnd;

    [GeneratedRegex(@"^bytes=(\d+)-(\d*)$")]
    private static partial Regex Form();
}
