using System.Text;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>Interleavings that sets of simpler rules got wrong, each played as written.</summary>
public sealed class InterleavingTests
{
    [Fact]
    public void A_late_repeat_of_an_older_webhook_changes_nothing_on_a_replica_that_started_from_a_snapshot()
    {
        using var world = Settled(out var room);
        world.Meet.StartMeeting(room, writeTakes: 0, from: 5);
        world.Run(5);
        world.Meet.EndMeeting(room, writeTakes: 0);
        world.Run(1);
        world.Restart(world.Webs[0]);
        world.Run(2);

        world.Run(TimeSpan.FromSeconds(20), () => AssertStatus(world, room, "open"));
        Assert.Equal(0, world.Meet.Undelivered);
    }

    [Fact]
    public void A_list_that_is_older_than_a_webhook_does_not_undo_it()
    {
        using var world = Settled(out var room);
        world.Apis[0].Schedule.Ask();
        world.Meet.StartMeeting(room, writeTakes: 3.5);
        Assert.True(world.RunUntil(() => Status(world.Webs[0], room) == "active_meeting", 2));

        world.Run(TimeSpan.FromSeconds(20), () => Assert.Equal("active_meeting", Status(world.Webs[0], room)));
    }

    [Theory]
    [InlineData("ended", "updated", "deleted")]
    [InlineData("ended", "deleted", "updated")]
    [InlineData("updated", "ended", "deleted")]
    [InlineData("updated", "deleted", "ended")]
    [InlineData("deleted", "ended", "updated")]
    [InlineData("deleted", "updated", "ended")]
    public void A_room_that_is_deleted_with_its_meeting_stays_away_while_Meet_still_lists_it(params string[] order)
    {
        using var world = Settled(out var room);
        var meet = world.Meet;
        var recording = meet.NewId("recording");
        meet.Create(ItemKind.Recording, recording, "complete", room);
        meet.StartMeeting(room, writeTakes: 0);
        world.Run(21);
        Assert.Null(world.Difference());

        meet.Lost = 1;
        meet.Delete(room, afterMeeting: false, TimeSpan.FromSeconds(50));
        foreach (var step in order)
        {
            if (step == "ended")
                world.Redis.Append(meet.Webhook("meetingEnded", meet.Find(ItemKind.Room, room)!.Value));
            else if (step == "updated")
                world.Apis[0].Keep(() => world.Apis[0].Events.RoomUpdatedAsync(room));
            else
                world.Apis[0].Keep(() => world.Apis[0].Events.DeletedAsync(ItemKind.Room, room));
            world.Run(0.5);
        }

        world.Run(TimeSpan.FromSeconds(70), () => AssertGone(world, room, recording));
        Assert.Null(world.Difference());
    }

    [Fact]
    public void A_room_that_a_reading_missed_and_that_is_back_12_seconds_later_is_shown_within_35_seconds()
    {
        using var world = Settled(out var room);
        world.Meet.Remove(room);
        Assert.True(world.RunUntil(() => Status(world.Webs[0], room) is null, 35));
        world.Run(12);
        world.Meet.Create(ItemKind.Room, room);

        Assert.True(world.RunUntil(() => world.Difference() is null, 35), world.Difference());
    }

    [Theory]
    [InlineData(-50, 0)]
    [InlineData(50, 0)]
    [InlineData(-50, 3600)]
    [InlineData(50, -3600)]
    public void Clocks_that_differ_change_nothing(double meetSkew, double apiSkew)
    {
        using var world = new World();
        world.Meet.ClockSkew = TimeSpan.FromSeconds(meetSkew);
        world.StartApi();
        world.StartApi(TimeSpan.FromSeconds(apiSkew));
        world.StartWeb();
        var rooms = Enumerable.Range(0, 3).Select(_ => world.Meet.NewId("room")).ToList();
        rooms.ForEach(id => world.Meet.Create(ItemKind.Room, id));
        world.Run(20);

        world.Meet.StartMeeting(rooms[0], writeTakes: 3);
        world.Meet.Lost = 1;
        world.Meet.StartMeeting(rooms[1]);
        world.Meet.Remove(rooms[2]);
        world.Run(35);
        Assert.Null(world.Difference());
        world.Meet.EndMeeting(rooms[0]);
        world.Meet.Lost = 0;
        world.Meet.EndMeeting(rooms[1], writeTakes: 3);
        world.Run(35);
        Assert.Null(world.Difference());
        Assert.Null(world.Redis.StepBack);
    }

    [Fact]
    public void A_recording_that_moves_to_a_page_already_read_is_not_deleted()
    {
        using var world = new World();
        var meet = world.Meet;
        meet.PageSize = 2;
        world.StartApi();
        world.StartWeb();
        var recordings = Enumerable.Range(0, 6).Select(_ => meet.NewId("recording")).ToList();
        recordings.ForEach(id => meet.Create(ItemKind.Recording, id, "complete", "room", hasStart: false));
        world.Run(10);
        Assert.Null(world.Difference());

        // The last recording of the list moves to its front while the list is read.
        var pages = meet.PagesRead;
        world.Apis[0].Schedule.Ask();
        Assert.True(world.RunUntil(() => meet.PagesRead >= pages + 3, 15));
        meet.SetStart(recordings[^1], 1);

        world.Run(TimeSpan.FromSeconds(40), () => Assert.NotNull(Status(world.Webs[0], recordings[^1])));
        Assert.Null(world.Difference());
    }

    [Fact]
    public void Reading_an_unchanged_Meet_again_appends_nothing()
    {
        using var world = Settled(out _);
        var last = world.Redis.Last;
        world.Run(100);
        Assert.Equal(last, world.Redis.Last);
    }

    [Fact]
    public void A_Redis_that_is_wiped_while_Meet_is_away_costs_nothing_that_is_known()
    {
        using var world = Settled(out var room);
        world.Meet.Health = MeetHealth.Away;
        world.Redis.Wipe();
        world.Run(TimeSpan.FromSeconds(10), () => AssertStatus(world, room, "open"));
        world.Restart(world.Webs[0]);
        world.Restart(world.Apis[0]);
        world.Run(5);
        AssertStatus(world, room, "open");
    }

    [Fact]
    public void Two_wipes_in_a_row_and_a_snapshot_for_the_log_between_them_leave_no_mirror_without_a_state()
    {
        using var world = Settled(out var room);
        world.StartApi();
        world.Run(5);
        world.Redis.Wipe();
        // One Api has noticed, and has based a new log on what it knows, when the log is gone again.
        Assert.True(world.RunUntil(() => world.Redis.NewestSnapshot() is not null, 10));
        world.Redis.Wipe();
        world.Meet.SetStatus(room, "closed");
        world.Run(35);
        Assert.Null(world.Difference());
        Assert.All(world.Nodes, node => Assert.True(node.Mirror.View.IsBased));
    }

    [Fact]
    public void An_Api_goes_on_where_its_own_snapshot_is_lost_in_a_failover()
    {
        using var world = Settled(out var room);
        world.Redis.Wipe();
        Assert.True(world.RunUntil(() => world.Redis.NewestSnapshot() is not null, 10));
        world.Redis.FailOver(isNoticed: false);
        world.Meet.SetStatus(room, "closed");
        world.Run(35);
        Assert.Null(world.Difference());
        Assert.All(world.Nodes, node => Assert.True(node.Mirror.View.IsBased));
    }

    [Fact]
    public void A_webhook_between_a_stored_state_and_its_event_is_folded_on_every_mirror()
    {
        using var world = new World(redis: world => new WebhookBeforeSnapshot(world));
        world.Meet.Create(ItemKind.Room, "room");
        world.Meet.Create(ItemKind.Room, "other");
        world.StartApi();
        world.StartApi();
        world.StartWeb();
        world.Run(3);

        AssertStatus(world, "room", "active_meeting");
        Assert.All(world.Nodes, node => Assert.True(node.Mirror.View.IsBased));
    }

    [Fact]
    public void A_replica_that_starts_while_10_000_events_arrive_in_33_seconds_has_all()
    {
        using var world = Settled(out var room, retainedEvents: 1_000);
        var events = 0;
        world.Run(TimeSpan.FromSeconds(33), () =>
        {
            for (var i = 0; i < 15; i++)
                world.Redis.Append("{\"event\":\"participantJoined\",\"creationDate\":1,\"data\":{}}"u8.ToArray());
            if (events++ is 100)
                world.Meet.StartMeeting(room, writeTakes: 0);
            if (events is 300)
                world.Restart(world.Webs[0]);
            if (events is 301 or 302)
                world.StartWeb();
        });
        world.Run(1);
        Assert.Null(world.Difference());
        Assert.All(world.Nodes, node => Assert.True(node.Mirror.View.IsBased));
    }

    [Fact]
    public void Ten_thousand_rooms_and_recordings_at_the_first_start_are_one_event()
    {
        using var world = new World();
        for (var i = 0; i < 10_000; i++)
        {
            world.Meet.Create(ItemKind.Room, $"room{i}");
            world.Meet.Create(ItemKind.Recording, $"recording{i}", "complete", $"room{i}");
        }

        world.Meet.PageSize = 20_000;
        world.StartApi();
        world.StartWeb();
        world.Run(3);
        Assert.Null(world.Difference());
        Assert.Equal(1, world.Redis.Count);
    }

    [Fact]
    public void Six_hundred_rooms_at_once_are_one_event_that_every_mirror_takes_over()
    {
        using var world = Settled(out _);
        world.StartApi();
        world.Run(1);
        var count = world.Redis.Count;
        for (var i = 0; i < 600; i++)
            world.Meet.Create(ItemKind.Room, $"new{i}");
        world.Run(35);
        Assert.Null(world.Difference());
        Assert.Equal(count + 1, world.Redis.Count);
    }

    [Fact]
    public void A_mirror_that_starts_again_in_the_middle_of_a_reading_does_not_undo_a_webhook()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            using var world = Settled(out var room, seed: seed);
            world.StartApi();
            world.Run(1);
            var pages = world.Meet.PagesRead;
            world.Meet.Health = MeetHealth.Slow;
            world.Apis[0].Schedule.Ask();
            Assert.True(world.RunUntil(() => world.Meet.PagesRead > pages, 20));

            // The list of rooms was read. The mirror takes the webhook in, and then starts from the snapshot of the other
            // Api, which has it.
            world.Redis.Wipe();
            world.Meet.StartMeeting(room, writeTakes: 3.5);
            world.Run(15);
            Assert.True(world.Redis.StepBack is null, $"seed {seed}: {world.Redis.StepBack}");
        }
    }

    [Fact]
    public void An_Api_that_is_paused_in_the_middle_of_a_reading_undoes_nothing_when_it_wakes()
    {
        using var world = Settled(out var room);
        var other = world.Meet.NewId("room");
        world.Meet.Create(ItemKind.Room, other);
        world.StartApi();
        world.Run(20);
        var sleeper = world.Apis[0];
        var pages = world.Meet.PagesRead;
        sleeper.Schedule.Ask();
        Assert.True(world.RunUntil(() => world.Meet.PagesRead > pages, 20));
        sleeper.Pause();

        world.Meet.StartMeeting(room, writeTakes: 0);
        world.Meet.Remove(other);
        world.Run(40);
        sleeper.Resume();
        world.Run(TimeSpan.FromSeconds(20), () =>
        {
            Assert.Equal("active_meeting", Status(world.Webs[0], room));
            Assert.Null(Status(world.Webs[0], other));
        });
        Assert.Null(world.Difference());
        Assert.Null(world.Redis.StepBack);
    }

    [Fact]
    public void Two_Apis_that_are_asked_at_once_read_one_after_the_other()
    {
        using var world = Settled(out _);
        world.StartApi();
        world.Run(20);
        var pages = world.Meet.PagesRead;
        for (var i = 0; i < 300; i++)
            world.Apis.ForEach(api => api.Schedule.Ask());
        world.Run(1.5);
        // A reading has one page of each list.
        Assert.InRange(world.Meet.PagesRead - pages, 2, 4);
        world.Run(10);
        Assert.InRange(world.Meet.PagesRead - pages, 2, 6);
    }

    /// <summary>An Api, two Web replicas, and a room that all know.</summary>
    private static World Settled(out string room, int retainedEvents = 10_000, int seed = 0)
    {
        var world = new World(seed, retainedEvents: retainedEvents);
        room = world.Meet.NewId("room");
        world.Meet.Create(ItemKind.Room, room);
        world.StartApi();
        world.StartWeb();
        world.StartWeb();
        world.Run(20);
        Assert.Null(world.Difference());
        return world;
    }

    private static string? Status(Node node, string id)
    {
        var state = node.Mirror.View.State;
        return (state.Rooms.GetValueOrDefault(id) ?? state.Recordings.GetValueOrDefault(id))?.Item.Text("status");
    }

    private static void AssertStatus(World world, string id, string status)
    {
        foreach (var node in world.Nodes)
            Assert.Equal(status, Status(node, id));
    }

    private static void AssertGone(World world, params IEnumerable<string> ids)
    {
        foreach (var id in ids)
            Assert.All(world.Nodes, node => Assert.Null(Status(node, id)));
    }

    /// <summary>Appends a webhook between the state that a snapshot has and the snapshot's event.</summary>
    private sealed class WebhookBeforeSnapshot(World world) : SimulatedRedis(world)
    {
        public override bool AppendSnapshot(LogSnapshot snapshot, string? before, byte[] payload)
        {
            Append(Encoding.UTF8.GetBytes(
                """
                {"event":"meetingStarted","creationDate":1,"data":{"roomId":"room","status":"active_meeting"}}
                """));
            return base.AppendSnapshot(snapshot, before, payload);
        }
    }
}
