using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Captures;

/// <summary>Makes equal in two texts of OpenVidu Meet what differs from run to run, and nothing else.</summary>
internal static partial class CapturedJson
{
    /// <summary>The random part of a room's id, with its hyphen.</summary>
    public const string RandomPart = "-[a-z0-9]{15}(?![a-z0-9])";

    /// <summary>What follows the room's id in that of a recording.</summary>
    public const string RecordingPart = "--EG_[A-Za-z0-9]+--[A-Za-z0-9]+";

    /// <summary>The text with ids, secrets, dates, durations and sizes made equal.</summary>
    public static string Normal(string text)
    {
        text = RecordingId().Replace(text, "--EG_ID--ID");
        text = RoomId().Replace(text, "-ID");
        text = File().Replace(text, "--ID.mp4");
        text = Secret().Replace(text, "secret=SECRET");
        text = FileSize().Replace(text, "File size: N");
        return Number().Replace(text, "\"$1\":N");
    }

    [GeneratedRegex(RandomPart)]
    private static partial Regex RoomId();

    [GeneratedRegex(RecordingPart)]
    private static partial Regex RecordingId();

    [GeneratedRegex(@"--[A-Za-z0-9]+\.mp4")]
    private static partial Regex File();

    [GeneratedRegex("secret=[0-9a-f]{10}")]
    private static partial Regex Secret();

    [GeneratedRegex("File size: [0-9]+")]
    private static partial Regex FileSize();

    [GeneratedRegex("\"(creationDate|autoDeletionDate|startDate|endDate|duration|size)\":[0-9.]+")]
    private static partial Regex Number();
}
