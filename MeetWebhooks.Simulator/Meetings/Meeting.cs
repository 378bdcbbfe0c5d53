namespace MeetWebhooks.Simulator.Meetings;

/// <summary>Somebody in a meeting.</summary>
internal sealed record Participant(string Identity, string Name, bool IsModerator)
{
    /// <summary>When its page last gave a sign of life; null for one that has no page.</summary>
    public DateTimeOffset? SeenAt { get; set; }
}

/// <summary>A meeting that is on in a room.</summary>
internal sealed class Meeting
{
    public List<Participant> Participants { get; } = [];

    /// <summary>A meeting that was started by a command goes on without anybody in it.</summary>
    public bool StaysWhenEmpty { get; init; }
}

/// <summary>What a meeting's page shows.</summary>
internal sealed record MeetingView(
    string RoomName,
    string Status,
    bool IsModerator,
    IReadOnlyList<ParticipantView> Participants,
    IReadOnlyList<RecordingView> Recordings,
    bool CanRecord);

/// <summary>A participant as the others see it.</summary>
internal sealed record ParticipantView(string Identity, string Name, bool IsModerator);

/// <summary>A recording as a meeting's page shows it.</summary>
internal sealed record RecordingView(string RecordingId, string Status, double StartDate, string? Url);

/// <summary>Whom somebody became by joining.</summary>
internal sealed record Joined(string RoomId, string ParticipantIdentity, bool IsModerator);

/// <summary>What the simulator's own page lists.</summary>
internal sealed record SimulationView(IReadOnlyList<SimulatedRoom> Rooms, string WebhookUrl);

/// <summary>A room as the simulator's own page lists it.</summary>
internal sealed record SimulatedRoom(string RoomId, string RoomName, string Status, int Participants, bool IsRecording);
