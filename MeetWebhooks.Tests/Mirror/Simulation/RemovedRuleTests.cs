using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>The simulation notices where a rule is missing: without it, some seed ends wrong.</summary>
public sealed class RemovedRuleTests
{
    private const int Seeds = 400;

    [Fact]
    public void Without_the_condition_on_the_newest_event_a_mirror_ends_wrong() =>
        AssertSomeSeedFails(redis: world => new UnconditionalAppends(world));

    [Fact]
    public void Where_no_mirror_is_told_that_a_snapshot_replaces_its_state_it_never_learns_what_is_new()
    {
        using var world = new World(redis: world => new UntoldReplacements(world));
        world.Meet.Create(ItemKind.Room, "room");
        world.StartApi();
        world.StartWeb();
        world.Run(20);
        Assert.Null(world.Difference());
        for (var i = 0; i < 600; i++)
            world.Meet.Create(ItemKind.Room, $"new{i}");
        world.Run(60);
        Assert.Single(world.Webs[0].Mirror.View.State.Rooms);
    }

    [Fact]
    public void Where_snapshots_lack_what_was_removed_a_room_comes_back_that_Meet_is_still_deleting()
    {
        using var forgetful = new World(redis: world => new SnapshotsWithoutRemovals(world));
        Assert.True(ComesBack(forgetful));
        using var usual = new World();
        Assert.False(ComesBack(usual));

        static bool ComesBack(World world)
        {
            world.Meet.Create(ItemKind.Room, "room");
            world.StartApi();
            world.StartWeb();
            world.Run(20);
            world.Meet.StartMeeting("room", writeTakes: 0);
            world.Run(10);
            world.Apis[0].DeleteRoom("room", afterMeeting: false, takes: TimeSpan.FromSeconds(55));
            Assert.True(world.RunUntil(() => world.Webs[0].Mirror.View.State.Rooms.IsEmpty, 5));
            world.Redis.Wipe();
            world.Run(5);
            world.Restart(world.Apis[0]);
            return world.RunUntil(() => !world.Webs[0].Mirror.View.State.Rooms.IsEmpty, 70);
        }
    }

    [Fact]
    public void Without_a_margin_as_long_as_lists_lag_behind_webhooks_old_states_come_back() =>
        AssertSomeSeedFails(longestWrite: 10);

    private static void AssertSomeSeedFails(
        Func<World, SimulatedRedis>? redis = null, double longestWrite = 3.5)
    {
        var failed = 0;
        World.ForSeeds(Seeds, seed =>
        {
            if (RandomRun.Of(seed, redis, longestWrite) is null)
                return true;
            Interlocked.Increment(ref failed);
            TestContext.Current.SendDiagnosticMessage($"seed {seed} fails");
            return false;
        });
        Assert.NotEqual(0, failed);
    }

    private sealed class UnconditionalAppends(World world) : SimulatedRedis(world)
    {
        public override bool AppendAt(LogPosition last, IEnumerable<byte[]> payloads)
        {
            Append(payloads);
            return true;
        }
    }

    private sealed class UntoldReplacements(World world) : SimulatedRedis(world)
    {
        public override bool AppendSnapshot(LogSnapshot snapshot, string? before, byte[] payload) => base.AppendSnapshot(
            snapshot, before, MirrorEvent.Stored(snapshot.Name, replaces: false, DateTimeOffset.UnixEpoch));
    }

    private sealed class SnapshotsWithoutRemovals(World world) : SimulatedRedis(world)
    {
        public override bool AppendSnapshot(LogSnapshot snapshot, string? before, byte[] payload)
        {
            var state = MirrorSnapshot.Deserialize(snapshot.State.ToArray());
            return base.AppendSnapshot(
                snapshot with { State = MirrorSnapshot.Serialize(state with { Removed = MirrorState.Empty.Removed }) },
                before,
                payload);
        }
    }
}
