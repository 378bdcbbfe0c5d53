using System.Buffers;
using System.Text;

namespace MeetWebhooks.Api.Rooms;

/// <summary>
/// Which names a room can have. OpenVidu Meet 3.4.0 cleans a name, makes the room's id of it, and cleans ids in paths
/// in the same way; an id that does not come through this unchanged names a room that lists show and nobody can open or
/// delete. Later versions take any name, but which version answers is not known here.
/// </summary>
internal static class RoomName
{
    private const int LongestName = 50;

    // What JavaScript takes for a blank.
    private static readonly char[] Blanks =
    [
        '\t', '\n', '\v', '\f', '\r', ' ', '\u00a0', '\u1680', '\u2000', '\u2001', '\u2002', '\u2003', '\u2004',
        '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200a', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000',
        '\ufeff',
    ];

    private static readonly SearchValues<char> BlankCharacters = SearchValues.Create(Blanks);

    /// <summary>Why a name is refused, as a sentence for whoever chose it.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null where a room can have the name.</returns>
    public static string? Refusal(string name)
    {
        if (name.Length > LongestName)
            return $"A room's name has at most {LongestName} characters; an emoji counts as two or more.";
        return IsReachable(name)
            ? null
            : "A room with this name could be listed but neither opened nor deleted. Use letters A to Z, digits and "
                + "blanks, and a hyphen or an underscore only between letters or digits.";
    }

    private static bool IsReachable(string name)
    {
        var id = Clean(name) + "-x";
        return Clean(id) == id;
    }

    /// <summary>
    /// What Meet 3.4.0 keeps of a name in an id: trimmed; only <c>A-Z a-z 0-9 - _</c> and blanks; of a run of the same
    /// sign, one; no hyphens and underscores at the ends. The blanks go last, which can join what they kept apart.
    /// </summary>
    private static string Clean(string name)
    {
        var kept = new StringBuilder(name.Length);
        foreach (var character in name.Trim(Blanks))
        {
            var sign = BlankCharacters.Contains(character) ? ' ' : character;
            var isRepeated = kept.Length > 0 && kept[^1] == sign;
            if (char.IsAsciiLetterOrDigit(sign) || (sign is ' ' or '-' or '_' && !isRepeated))
                kept.Append(sign);
        }

        return kept.ToString().TrimEnd('-').TrimEnd('_').TrimStart('-').TrimStart('_').Replace(" ", "");
    }
}
