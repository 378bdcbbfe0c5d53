using System.Text;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>The JSON of a webhook as OpenVidu Meet sends it when a meeting starts, with a mark.</summary>
internal static class EventTemplate
{
    /// <summary>The JSON with room for a mark.</summary>
    /// <param name="size">How many bytes it has; the room's name makes up what is lacking.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no event as small as that.</exception>
    public static byte[] Create(int size)
    {
        var missing = size - Json("").Length;
        ArgumentOutOfRangeException.ThrowIfNegative(missing, nameof(size));
        return Encoding.ASCII.GetBytes(Json(new string('m', missing)));
    }

    private static string Json(string name) =>
        $$$"""
        {"event":"meetingStarted","creationDate":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"data":{"message":"{{{
        EventMark.Placeholder}}}","roomId":"Benchmark-x9dp9k88phzkw3l","roomName":"{{{name}}}","autoDeletionPolicy":{
        "withMeeting":"when_meeting_ends","withRecordings":"close"},"config":{"recording":{"enabled":true,
        "allowAccessTo":"admin_moderator_speaker"},"chat":{"enabled":true},"virtualBackground":{"enabled":true}},
        "status":"active_meeting","meetingEndAction":"none"}}
        """.ReplaceLineEndings("");
}
