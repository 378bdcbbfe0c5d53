namespace MeetWebhooks.Mirror;

/// <summary>What a mirror has.</summary>
public enum ItemKind
{
    /// <summary>A room.</summary>
    Room,

    /// <summary>A recording.</summary>
    Recording,
}

/// <summary>How the kinds of items are named in OpenVidu Meet's JSON.</summary>
public static class ItemKindExtensions
{
    /// <summary>The field with an item's id: <c>roomId</c> or <c>recordingId</c>.</summary>
    /// <param name="kind">The kind.</param>
    public static string IdField(this ItemKind kind) => kind == ItemKind.Room ? "roomId" : "recordingId";

    /// <summary>The list's name, which is also its path: <c>rooms</c> or <c>recordings</c>.</summary>
    /// <param name="kind">The kind.</param>
    public static string ListName(this ItemKind kind) => kind == ItemKind.Room ? "rooms" : "recordings";
}
