using System.Text.RegularExpressions;

namespace MeetWebhooks.Simulator.Rooms;

/// <summary>How OpenVidu Meet 3.4.0 cleans names and ids.</summary>
internal static partial class RoomName
{
    /// <summary>The longest name, in UTF-16 units, before it is cleaned.</summary>
    public const int MaxLength = 50;

    /// <summary>What a room is called that was not named.</summary>
    public const string Default = "Room";

    /// <summary>Keeps letters, digits, hyphens, underscores and blanks; of a run of the same sign, one.</summary>
    public static string Clean(string name)
    {
        var kept = NotKept().Replace(Blank().Replace(name.Trim(), " "), "");
        return Run().Replace(kept, "$1").TrimEnd('-').TrimEnd('_').TrimStart('-').TrimStart('_');
    }

    /// <summary>An id as it is read from a path or a query: it is cleaned again, which some ids don't survive.</summary>
    public static string CleanId(string id) => Clean(id).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>A new room's id: its name without blanks, and 15 characters at random.</summary>
    public static string NewId(string cleanName) =>
        $"{cleanName.Replace(" ", "", StringComparison.Ordinal)}-{RandomText.Of(15)}";

    [GeneratedRegex(@"[\s\uFEFF]")]
    private static partial Regex Blank();

    [GeneratedRegex("[^A-Za-z0-9_ -]")]
    private static partial Regex NotKept();

    [GeneratedRegex("([ _-])\\1+")]
    private static partial Regex Run();
}
