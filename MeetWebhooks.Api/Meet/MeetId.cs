using System.Buffers;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// The ids of rooms and recordings. An id becomes part of a path at Meet, so nothing passes that could lead elsewhere.
/// </summary>
internal static class MeetId
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether a room can have the id. Meet takes up to 100 characters.</summary>
    public static bool IsRoom(string id) => id.Length is > 0 and <= 100 && !id.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>Whether a recording can have the id: that of its room and its own.</summary>
    public static bool IsRecording(string id) =>
        id.Length is > 0 and <= 200 && !id.AsSpan().ContainsAnyExcept(Characters);
}
