using System.Text;
using MeetWebhooks.Mirror;
using static MeetWebhooks.Tests.Mirror.MirrorPayload;

namespace MeetWebhooks.Tests.Mirror;

public sealed class MirrorStateTests
{
    private const string Tape = "a--EG_1--x";

    private static readonly MirrorState Empty = MirrorState.Empty;

    [Fact]
    public void A_webhook_says_how_a_room_is()
    {
        var active = Empty.After(MeetingStarted("a", 1));
        var open = active.After(MeetingEnded("a", 2));

        Assert.Equal("active_meeting", active.StatusOfRoom("a"));
        Assert.Equal("open", open.StatusOfRoom("a"));
        Assert.Equal(2, Assert.Single(open.Rooms).Value.Date);
        Assert.False(open.IsComplete);
    }

    [Fact]
    public void A_late_start_does_not_reopen_a_meeting_that_ended()
    {
        var ended = Empty.After(MeetingEnded("a", 5));

        var step = ended.Apply(MeetingStarted("a", 4.9), Start);

        Assert.Equal("open", step.State.StatusOfRoom("a"));
        Assert.Equal(5, step.State.Rooms["a"].Date);
        Assert.Empty(step.Changes);
        Assert.Equal("a", step.Subject);
    }

    [Fact]
    public void A_late_start_is_ignored_also_by_a_replica_that_began_with_a_snapshot()
    {
        // Meet's first attempt at meetingStarted failed; its repeat has the same date and comes last.
        var before = Empty.After(MeetingEnded("a", 1_005));

        Assert.Equal("open", before.ReadFromSnapshot().After(MeetingStarted("a", 1_000)).StatusOfRoom("a"));
        Assert.Equal("open", before.After(MeetingStarted("a", 1_000)).StatusOfRoom("a"));
    }

    [Fact]
    public void Webhooks_of_one_date_apply_in_the_order_of_the_log()
    {
        Assert.Equal("open", Empty.After(MeetingStarted("a", 1), MeetingEnded("a", 1)).StatusOfRoom("a"));
        Assert.Equal("active_meeting", Empty.After(MeetingEnded("a", 1), MeetingStarted("a", 1)).StatusOfRoom("a"));
    }

    [Fact]
    public void Each_room_has_its_own_date() =>
        Assert.Equal(
            "active_meeting", Empty.After(MeetingEnded("a", 9), MeetingStarted("b", 1)).StatusOfRoom("b"));

    [Fact]
    public void A_room_that_goes_with_its_meeting_is_removed_with_its_recordings()
    {
        var before = Empty.After(
            MeetingStarted("a", 1),
            MeetingStarted("b", 1),
            Recorded(Tape, "active", 2),
            Recorded("b--EG_1--x", "active", 2));

        var step = before.Apply(MeetingEnded("a", 3, deletes: true), Start);

        Assert.Equal("b", Assert.Single(step.State.Rooms).Key);
        Assert.Equal("b--EG_1--x", Assert.Single(step.State.Recordings).Key);
        Assert.Equal(
            [new MirrorChange(ItemKind.Room, "a", null), new MirrorChange(ItemKind.Recording, Tape, null)],
            step.Changes);
        Assert.Equal(3, step.State.Removed["a"].Date);
        Assert.False(step.State.Removed["a"].IsFound);
    }

    [Fact]
    public void A_late_end_does_not_delete_the_room_of_a_newer_meeting() =>
        Assert.Equal(
            "active_meeting",
            Empty.After(MeetingStarted("a", 5), MeetingEnded("a", 4, deletes: true)).StatusOfRoom("a"));

    [Fact]
    public void Only_a_meetings_end_deletes_its_room()
    {
        // A room that is scheduled for deletion is still there.
        var state = Empty.After(Webhook("meetingStarted", 1, Room("a", "active_meeting", "delete")));

        Assert.Equal("active_meeting", state.StatusOfRoom("a"));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("roomDeleted")]
    [InlineData("reading")]
    public void A_webhook_does_not_bring_back_a_removed_room_within_an_hour(string reason)
    {
        var removed = Empty.After(MeetingStarted("a", 1), reason switch
        {
            "delete" => MeetingEnded("a", 2, deletes: true),
            "roomDeleted" => RoomDeleted("a"),
            _ => RoomDeleted("a", EventSource.Reconciliation),
        });
        var hour = MirrorState.RemovalsKept;

        var step = removed.Apply(MeetingStarted("a", 9), Start + hour - TimeSpan.FromMilliseconds(1));

        Assert.Empty(step.State.Rooms);
        Assert.Empty(step.Changes);
        Assert.Equal("a", step.Subject);
        Assert.Equal("active_meeting", removed.After(hour, MeetingStarted("a", 9)).StatusOfRoom("a"));
    }

    [Fact]
    public void A_webhook_does_not_bring_a_recording_into_a_removed_room()
    {
        var removed = Empty.After(MeetingStarted("a", 1), RoomDeleted("a"));

        Assert.Empty(removed.After(Recorded(Tape, "starting", 9)).Recordings);
        Assert.Single(removed.After(MirrorState.RemovalsKept, Recorded(Tape, "starting", 9)).Recordings);
    }

    [Fact]
    public void A_webhook_does_not_bring_back_a_removed_recording()
    {
        var removed = Empty.After(Recorded(Tape, "active", 1), RecordingDeleted(Tape));

        Assert.Empty(removed.After(Recorded(Tape, "complete", 9)).Recordings);
        Assert.Single(removed.After(MirrorState.RemovalsKept, Recorded(Tape, "complete", 9)).Recordings);
    }

    [Fact]
    public void What_was_removed_is_forgotten_after_an_hour()
    {
        var state = Empty.After(RoomDeleted("a")).After(MirrorState.RemovalsKept, RoomDeleted("b"));

        Assert.Equal("b", Assert.Single(state.Removed).Key);
    }

    [Fact]
    public void A_deleted_room_never_comes_back_whatever_the_order_of_the_webhooks()
    {
        byte[][] late =
        [
            MeetingEnded("a", 3, deletes: true), RoomDeleted("a"), MeetingStarted("a", 1), Recorded(Tape, "ending", 3),
            Recorded(Tape, "complete", 4), Webhook("meetingEnded", 5, Room("a", "closed")),
        ];

        // Our roomUpdated says that the room will be deleted. It is appended only where the mirror still has the room.
        var before = Empty.After(MeetingStarted("a", 1), Recorded(Tape, "active", 2), Updated("a", "active_meeting"));

        foreach (var first in late[..2])
        {
            var removed = before.After(first);
            foreach (var order in Orders([.. late.Where(payload => payload != first)]))
            {
                var state = removed;
                foreach (var payload in order)
                {
                    state = state.After(payload);
                    Assert.Empty(state.Rooms);
                    Assert.Empty(state.Recordings);
                }
            }
        }
    }

    [Fact]
    public void An_event_of_our_own_always_applies()
    {
        Assert.Equal(
            "closed", Empty.After(MeetingStarted("a", double.MaxValue), Updated("a", "closed")).StatusOfRoom("a"));
        Assert.Equal("closed", Empty.After(RoomDeleted("a"), Updated("a", "closed")).StatusOfRoom("a"));
        Assert.Equal(
            "active",
            Empty.After(Recorded(Tape, "complete", 1), OwnRecording("active")).StatusOfRecording(Tape));
        Assert.Equal(
            "complete",
            Empty.After(RoomDeleted("a"), RecordingDeleted(Tape), OwnRecording("complete")).StatusOfRecording(Tape));

        static byte[] OwnRecording(string status) => MirrorEvent.Updated(
            ItemKind.Recording, isNew: true, Item(Recording(Tape, status)), EventSource.Reconciliation, Start);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_date_of_the_last_webhook_outlives_an_event_of_our_own(bool removedBetween)
    {
        var state = Empty.After(MeetingEnded("a", 5));
        if (removedBetween)
            state = state.After(RoomDeleted("a", EventSource.Reconciliation));
        state = state.After(Updated("a"));

        Assert.Equal("open", state.After(MeetingStarted("a", 4)).StatusOfRoom("a"));
        Assert.Equal("active_meeting", state.After(MeetingStarted("a", 5)).StatusOfRoom("a"));
    }

    [Fact]
    public void The_date_of_the_webhook_that_removed_a_room_outlives_the_room()
    {
        var state = Empty.After(
            MeetingStarted("a", 1), MeetingEnded("a", 5, deletes: true), RoomDeleted("a"), Updated("a"));

        Assert.Equal("open", state.After(MeetingStarted("a", 4)).StatusOfRoom("a"));
    }

    [Fact]
    public void A_room_that_a_reading_missed_is_back_with_the_next()
    {
        var removed = Empty.After(MeetingStarted("a", 1), RoomDeleted("a", EventSource.Reconciliation));
        var back = removed.After(
            TimeSpan.FromSeconds(12),
            MirrorEvent.Updated(
                ItemKind.Room, isNew: true, Item(Room("a")), EventSource.Reconciliation, Start.AddSeconds(12)));

        Assert.Equal("open", back.StatusOfRoom("a"));
        Assert.Empty(back.Removed);
        Assert.Equal("active_meeting", back.After(MeetingStarted("a", 2)).StatusOfRoom("a"));
    }

    [Fact]
    public void A_room_that_a_reading_missed_keeps_its_recordings_for_the_reading_to_tell()
    {
        var state = Empty.After(
            MeetingStarted("a", 1), Recorded(Tape, "active", 2), RoomDeleted("a", EventSource.Reconciliation));

        Assert.Single(state.Recordings);
        Assert.True(state.Removed["a"].IsFound);
    }

    [Fact]
    public void A_room_that_a_command_deleted_takes_its_recordings_with_it()
    {
        var step = Empty.After(MeetingStarted("a", 1), Recorded(Tape, "active", 2)).Apply(RoomDeleted("a"), Start);

        Assert.Empty(step.State.Recordings);
        Assert.Equal(["a", Tape], step.Changes.Select(change => change.Id));
        Assert.All(step.State.Removed.Values, removal => Assert.False(removal.IsFound));
        Assert.Equal(EventSource.Command, step.Source);
    }

    [Fact]
    public void A_deleted_recording_is_removed_alone()
    {
        var step = Empty.After(MeetingStarted("a", 1), Recorded(Tape, "complete", 2))
            .Apply(RecordingDeleted(Tape), Start);

        Assert.Single(step.State.Rooms);
        Assert.Empty(step.State.Recordings);
        Assert.Equal([new MirrorChange(ItemKind.Recording, Tape, null)], step.Changes);
        Assert.Equal(Tape, step.Subject);
    }

    [Fact]
    public void What_was_not_known_is_removed_without_a_change()
    {
        var step = Empty.Apply(RoomDeleted("a"), Start);

        Assert.Empty(step.Changes);
        Assert.True(step.State.Removed.ContainsKey("a"));
    }

    [Fact]
    public void A_recordings_webhook_behind_its_status_is_ignored_whatever_its_date()
    {
        string[] statuses = ["starting", "active", "ending", "complete"];
        foreach (var (known, knownRank) in statuses.Select((status, rank) => (status, rank)))
            foreach (var (told, toldRank) in statuses.Select((status, rank) => (status, rank)))
            {
                foreach (var date in (double[])[1, 9])
                {
                    var state = Empty.After(Recorded(Tape, known, 5), Recorded(Tape, told, date));
                    Assert.Equal(toldRank < knownRank ? known : told, state.StatusOfRecording(Tape));
                }
            }
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("failed")]
    [InlineData("aborted")]
    [InlineData("limit_reached")]
    public void A_recording_that_ended_stays_so(string status)
    {
        Assert.Equal(
            status, Empty.After(Recorded(Tape, status, 1), Recorded(Tape, "ending", 9)).StatusOfRecording(Tape));
        Assert.Equal(
            status, Empty.After(Recorded(Tape, "complete", 9), Recorded(Tape, status, 1)).StatusOfRecording(Tape));
    }

    [Fact]
    public void A_status_of_a_recording_that_nobody_knows_yet_applies_and_gives_way()
    {
        var state = Empty.After(Recorded(Tape, "complete", 1), Recorded(Tape, "archived", 1));

        Assert.Equal("archived", state.StatusOfRecording(Tape));
        Assert.Equal("starting", state.After(Recorded(Tape, "starting", 1)).StatusOfRecording(Tape));
    }

    [Fact]
    public void An_item_that_says_the_same_is_no_change()
    {
        var before = Empty.After(Webhook("meetingEnded", 1, """
            {"roomId":"a","n":1.50,"o":{"p":1,"q":[1,2]},"moderatorUrl":"http://a/room/a?secret=1"}
            """));

        var same = before.Apply(Webhook("meetingEnded", 2, """
            {"moderatorUrl":"https://b:9080/room/a?secret=1","o":{"q":[1.0,2],"p":1e0},"n":1.5,"room\u0049d":"a"}
            """), Start);
        var other = before.Apply(Webhook("meetingEnded", 2, """
            {"roomId":"a","n":1.50,"o":{"p":1,"q":[2,1]},"moderatorUrl":"http://a/room/a?secret=1"}
            """), Start);

        Assert.Empty(same.Changes);
        Assert.Equal(2, same.State.Rooms["a"].Date);
        Assert.Equal("a", Assert.Single(other.Changes).Id);
    }

    [Fact]
    public void A_change_has_the_item_as_it_is_now()
    {
        var step = Empty.Apply(MeetingStarted("a", 1), Start);

        var change = Assert.Single(step.Changes);
        Assert.Equal((ItemKind.Room, "a"), (change.Kind, change.Id));
        Assert.Equal(Room("a", "active_meeting"), Encoding.UTF8.GetString(change.Item!.Value.Bytes));
        Assert.Equal((EventSource.Webhook, "a"), (step.Source, step.Subject));
    }

    [Theory]
    [InlineData("""{"event":"participantJoined","creationDate":9,"data":{"roomId":"a","status":"closed"}}""")]
    [InlineData("""{"event":"participantLeft","creationDate":9,"data":{"roomId":"a","status":"closed"}}""")]
    [InlineData("""{"event":"testEvent","creationDate":9,"data":{"roomId":"a"}}""")]
    [InlineData("""{"event":"roomStatusChanged","creationDate":9,"data":{"roomId":"a"}}""")]
    [InlineData("""{"event":"snapshotStored","creationDate":9,"data":{"snapshot":"s","replaces":true}}""")]
    [InlineData("""{"event":"meetingEnded","creationDate":9,"data":{"status":"closed"}}""")]
    [InlineData("""{"event":"meetingEnded","creationDate":9,"data":{"roomId":1}}""")]
    [InlineData("""{"event":"meetingEnded","data":{"roomId":"a"}}""")]
    [InlineData("""{"event":"roomDeleted","creationDate":9,"data":{}}""")]
    [InlineData("""{"event":"recordingDeleted","creationDate":9,"data":{"roomId":"a"}}""")]
    [InlineData("""{"event":"recordingEnded","creationDate":9,"data":{"roomId":"a"}}""")]
    [InlineData("")]
    public void What_is_not_about_a_room_or_a_recording_changes_nothing(string payload)
    {
        var before = Empty.After(MeetingStarted("a", 1), Recorded(Tape, "active", 1));

        var step = before.Apply(Encoding.UTF8.GetBytes(payload), Start);

        Assert.Same(before, step.State);
        Assert.Empty(step.Changes);
        Assert.Null(step.Subject);
    }

    [Theory]
    [InlineData("roomCreated")]
    [InlineData("roomUpdated")]
    public void An_event_of_our_own_without_a_source_is_a_command(string name)
    {
        var step = Empty.After(RoomDeleted("a")).Apply(Webhook(name, 1, Room("a")), Start);

        Assert.Equal(EventSource.Command, step.Source);
        Assert.Single(step.State.Rooms);
    }

    [Fact]
    public void What_a_reading_finds_replaces_whatever_was_known()
    {
        var before = Empty.After(MeetingEnded("a", 5), RecordingDeleted(Tape));

        var after = before
            .With(ItemKind.Room, "a", Item(Room("a", "closed")))
            .With(ItemKind.Recording, Tape, Item(Recording(Tape, "active")))
            .Without(ItemKind.Room, "b", Start, isFound: true);

        Assert.Equal(("closed", "active"), (after.StatusOfRoom("a"), after.StatusOfRecording(Tape)));
        Assert.Equal(5, after.Rooms["a"].Date);
        Assert.Equal(new Removal(Start, null, IsFound: true), Assert.Single(after.Removed).Value);
    }

    private static IEnumerable<byte[][]> Orders(byte[][] payloads) => payloads.Length <= 1
        ? [payloads]
        : payloads.SelectMany((first, index) =>
            Orders([.. payloads[..index], .. payloads[(index + 1)..]]).Select(rest => (byte[][])[first, .. rest]));
}
