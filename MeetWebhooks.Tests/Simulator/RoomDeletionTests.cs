using MeetWebhooks.Simulator.Rooms;

namespace MeetWebhooks.Tests.Simulator;

public sealed class RoomDeletionTests
{
    [Theory]
    [InlineData(false, false, "fail", "fail", "room_deleted")]
    [InlineData(false, true, "fail", "fail", "room_has_recordings")]
    [InlineData(false, true, "fail", "force", "room_and_recordings_deleted")]
    [InlineData(false, true, "fail", "close", "room_closed")]
    [InlineData(true, false, "fail", "fail", "room_has_active_meeting")]
    [InlineData(true, true, "fail", "force", "room_with_recordings_has_active_meeting")]
    [InlineData(true, false, "force", "fail", "room_with_active_meeting_deleted")]
    [InlineData(true, true, "force", "fail", "room_with_active_meeting_has_recordings")]
    [InlineData(true, true, "force", "force", "room_with_active_meeting_and_recordings_deleted")]
    [InlineData(true, true, "force", "close", "room_with_active_meeting_closed")]
    [InlineData(true, false, "when_meeting_ends", "fail", "room_with_active_meeting_scheduled_to_be_deleted")]
    [InlineData(true, true, "when_meeting_ends", "fail", "room_with_active_meeting_has_recordings_cannot_schedule_deletion")]
    [InlineData(true, true, "when_meeting_ends", "force", "room_with_active_meeting_and_recordings_scheduled_to_be_deleted")]
    [InlineData(true, true, "when_meeting_ends", "close", "room_with_active_meeting_scheduled_to_be_closed")]
    public void The_policies_decide_as_the_real_ones(
        bool isActive, bool hasRecordings, string withMeeting, string withRecordings, string code)
    {
        var room = new Room("Daily-1", "Daily", 0, null, AutoDeletionPolicy.Default, RoomConfig.Default, "m", "s")
        {
            Status = isActive ? RoomStatus.ActiveMeeting : RoomStatus.Open,
        };

        var deletion = RoomDeletion.Decide(room, hasRecordings, withMeeting, withRecordings);

        Assert.Equal(code, deletion.SuccessCode);
        Assert.Equal(code.Contains("scheduled", StringComparison.Ordinal), deletion.Answers202);
        Assert.Equal(code.EndsWith("closed", StringComparison.Ordinal), deletion.Closes);
        Assert.Equal(code.Contains("_has_", StringComparison.Ordinal), deletion.IsRefused);
    }
}
