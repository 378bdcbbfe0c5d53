using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>The simulation notices where a rule is missing: without it, some seed ends wrong.</summary>
public sealed class RemovedRuleTests
{
    private const int Seeds = 400;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_without_the_condition_on_the_newest_event_a_difference_undoes_a_webhook(bool isConditional)
    {
        using var world = new World(redis: world => new WebhookBeforeDifferences(world, isConditional));
        world.Meet.Create(ItemKind.Room, "room");
        world.StartApi();
        world.StartWeb();
        world.Run(20);
        world.Meet.SetStatus("room", "closed");
        world.Run(30);
        Assert.Equal(isConditional, world.Redis.StepBack is null);
    }

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

    private static void AssertSomeSeedFails(double longestWrite)
    {
        var failed = 0;
        World.ForSeeds(Seeds, seed =>
        {
            if (RandomRun.Of(seed, longestWrite) is null)
                return true;
            Interlocked.Increment(ref failed);
            TestContext.Current.SendDiagnosticMessage($"seed {seed} fails");
            return false;
        });
        Assert.NotEqual(0, failed);
    }

    /// <summary>A webhook reaches the log just before the differences that were computed without it.</summary>
    private sealed class WebhookBeforeDifferences(World world, bool isConditional) : SimulatedRedis(world)
    {
        private readonly World _world = world;
        private bool _isFirst = true;

        public override bool AppendAt(LogPosition last, IEnumerable<byte[]> payloads)
        {
            if (_isFirst)
                Append(_world.Meet.BeginMeeting("room"));
            _isFirst = false;
            if (isConditional)
                return base.AppendAt(last, payloads);
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
