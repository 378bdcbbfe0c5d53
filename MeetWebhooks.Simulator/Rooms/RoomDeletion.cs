using System.Text.Json.Serialization;

namespace MeetWebhooks.Simulator.Rooms;

/// <summary>What a deletion does about a meeting that is on, or about recordings.</summary>
internal static class DeletionPolicy
{
    public const string Fail = "fail";
    public const string Force = "force";
    public const string WhenMeetingEnds = "when_meeting_ends";
    public const string Close = "close";

    public static readonly string[] WithMeeting = [Force, WhenMeetingEnds, Fail];
    public static readonly string[] WithRecordings = [Force, Close, Fail];
}

/// <summary>What comes of the wish to delete a room; also the answer to it.</summary>
internal sealed record RoomDeletion(string SuccessCode, string Message)
{
    public RoomAnswer? Room { get; init; }

    /// <summary>The room stays, and the code is an error's.</summary>
    [JsonIgnore]
    public bool IsRefused { get; init; }

    /// <summary>It happens when the meeting ends.</summary>
    [JsonIgnore]
    public bool Answers202 { get; init; }

    /// <summary>The room is closed instead of deleted.</summary>
    [JsonIgnore]
    public bool Closes { get; init; }

    /// <summary>The table of OpenVidu Meet's policies.</summary>
    public static RoomDeletion Decide(Room room, bool hasRecordings, string withMeeting, string withRecordings)
    {
        var name = $"Room '{room.RoomId}'";
        if (!room.IsActive)
        {
            return (hasRecordings, withRecordings) switch
            {
                (false, _) => new("room_deleted", $"{name} deleted successfully"),
                (_, DeletionPolicy.Force) =>
                    new("room_and_recordings_deleted", $"{name} and its recordings deleted successfully"),
                (_, DeletionPolicy.Close) => new(
                    "room_closed", $"{name} has been closed instead of deleted because it has recordings") { Closes = true },
                _ => Refuse("room_has_recordings", $"{name} cannot be deleted because it has recordings."),
            };
        }

        if (withMeeting == DeletionPolicy.Fail)
        {
            return hasRecordings
                ? Refuse(
                    "room_with_recordings_has_active_meeting",
                    $"{name} with recordings cannot be deleted because it has an active meeting.")
                : Refuse("room_has_active_meeting", $"{name} cannot be deleted because it has an active meeting.");
        }

        name += " with active meeting";
        if (withMeeting == DeletionPolicy.Force)
        {
            return (hasRecordings, withRecordings) switch
            {
                (false, _) => new("room_with_active_meeting_deleted", $"{name} deleted successfully"),
                (_, DeletionPolicy.Force) => new(
                    "room_with_active_meeting_and_recordings_deleted",
                    $"{name} and its recordings deleted successfully"),
                (_, DeletionPolicy.Close) => new(
                    "room_with_active_meeting_closed",
                    $"{name} has been closed instead of deleted because it has recordings") { Closes = true },
                _ => Refuse(
                    "room_with_active_meeting_has_recordings",
                    $"{name} cannot be deleted because it has recordings."),
            };
        }

        return (hasRecordings, withRecordings) switch
        {
            (false, _) => Schedule("", $"{name} scheduled to be deleted when the meeting ends"),
            (_, DeletionPolicy.Force) => Schedule(
                "_and_recordings", $"{name} and its recordings scheduled to be deleted when the meeting ends"),
            (_, DeletionPolicy.Close) => new RoomDeletion(
                "room_with_active_meeting_scheduled_to_be_closed",
                $"{name} scheduled to be closed when the meeting ends because it has recordings")
            {
                Answers202 = true, Closes = true,
            },
            _ => Refuse(
                "room_with_active_meeting_has_recordings_cannot_schedule_deletion",
                $"{name} cannot be scheduled to be deleted because it has recordings."),
        };
    }

    private static RoomDeletion Refuse(string code, string message) => new(code, message) { IsRefused = true };

    private static RoomDeletion Schedule(string what, string message) =>
        new($"room_with_active_meeting{what}_scheduled_to_be_deleted", message) { Answers202 = true };
}

/// <summary>A sentence and the room as it is now.</summary>
internal sealed record RoomMessage(string Message, RoomAnswer Room);

/// <summary>A room that could not be deleted with the others.</summary>
internal sealed record FailedDeletion(string RoomId, string Error, string Message);

/// <summary>A room that was deleted with others.</summary>
internal sealed record SuccessfulDeletion(string RoomId, string SuccessCode, string Message, RoomAnswer? Room);

/// <summary>What came of the wish to delete several rooms.</summary>
internal sealed record BulkRoomDeletion(
    string Message, IReadOnlyList<SuccessfulDeletion> Successful, IReadOnlyList<FailedDeletion>? Failed = null);
