namespace MeetWebhooks.Simulator.Rooms;

/// <summary>What becomes of a room whose auto-deletion date has come.</summary>
internal sealed record AutoDeletionPolicy(string WithMeeting, string WithRecordings)
{
    public static AutoDeletionPolicy Default { get; } = new("when_meeting_ends", "close");
}

/// <summary>Whether a meeting can be recorded, and who sees its recordings.</summary>
internal sealed record RecordingConfig(bool Enabled, string? AllowAccessTo = null);

/// <summary>Whether something is to be had in a room.</summary>
internal sealed record Switch(bool Enabled);

/// <summary>What is to be had in a room.</summary>
internal sealed record RoomConfig(RecordingConfig Recording, Switch Chat, Switch VirtualBackground)
{
    public static RoomConfig Default { get; } =
        new(new RecordingConfig(true, "admin_moderator_speaker"), new Switch(true), new Switch(true));
}

/// <summary>A room's status.</summary>
internal static class RoomStatus
{
    public const string Open = "open";
    public const string ActiveMeeting = "active_meeting";
    public const string Closed = "closed";
}

/// <summary>What becomes of a room when its meeting ends.</summary>
internal static class MeetingEndAction
{
    public const string None = "none";
    public const string Close = "close";
    public const string Delete = "delete";
}

/// <summary>A room.</summary>
internal sealed record Room(
    string RoomId,
    string RoomName,
    long CreationDate,
    long? AutoDeletionDate,
    AutoDeletionPolicy AutoDeletionPolicy,
    RoomConfig Config,
    string ModeratorSecret,
    string SpeakerSecret)
{
    public string Status { get; init; } = RoomStatus.Open;

    public string MeetingEndAction { get; init; } = Rooms.MeetingEndAction.None;

    public bool IsActive => Status == RoomStatus.ActiveMeeting;

    /// <summary>The room as answers and webhooks have it.</summary>
    public RoomAnswer ToAnswer(string baseUrl) => new(
        RoomId, RoomName, CreationDate, AutoDeletionDate, AutoDeletionPolicy, Config,
        Link(baseUrl, ModeratorSecret), Link(baseUrl, SpeakerSecret), Status, MeetingEndAction);

    private string Link(string baseUrl, string secret) => $"{baseUrl}/room/{RoomId}?secret={secret}";
}

/// <summary>A room's JSON, its members in Meet's order.</summary>
internal sealed record RoomAnswer(
    string RoomId,
    string RoomName,
    long CreationDate,
    long? AutoDeletionDate,
    AutoDeletionPolicy AutoDeletionPolicy,
    RoomConfig Config,
    string ModeratorUrl,
    string SpeakerUrl,
    string Status,
    string MeetingEndAction);
