using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class BroadcastTests : IDisposable
{
    private readonly TestBroadcast _test = new();

    private Broadcast Broadcast => _test.Broadcast;

    [Fact]
    public async Task Publishing_a_ring_wakes_every_stream()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 1);
        var streams = Open(200);

        Broadcast.Publish(ring);

        await Eventually.TrueAsync(() => streams.All(stream => stream.Wakes > 0));
        Assert.Same(ring, Broadcast.Ring);
    }

    [Fact]
    public async Task A_closed_stream_is_not_woken()
    {
        var closed = new FakeStream();
        Broadcast.Close(closed, Broadcast.Open(closed));
        var open = Open(1);

        Broadcast.Publish(Frames.Ring(start: 0, capacity: 4, events: 1));

        await Eventually.TrueAsync(() => open[0].Wakes > 0);
        Assert.Equal(0, closed.Wakes);
        Assert.Equal(1, Broadcast.Count);
    }

    [Fact]
    public async Task A_stream_that_throws_when_woken_does_not_keep_others_from_being_woken()
    {
        var streams = Open(3);
        streams[0].Throws = true;

        Broadcast.Publish(Frames.Ring(start: 0, capacity: 4, events: 1));

        await Eventually.TrueAsync(() => streams[1].Wakes > 0 && streams[2].Wakes > 0);
        Assert.True(_test.Log.Has("A stream failed"));
    }

    [Fact]
    public async Task Streams_are_asked_for_a_heartbeat_and_woken_at_each_interval()
    {
        var streams = Open(100);
        _test.Time.Advance(TestBroadcast.Heartbeat - TimeSpan.FromMilliseconds(1));
        Assert.All(streams, stream => Assert.Equal(0, stream.Heartbeats));

        for (var beat = 1; beat <= 3; beat++)
        {
            _test.Time.Advance(beat == 1 ? TimeSpan.FromMilliseconds(1) : TestBroadcast.Heartbeat);
            Assert.All(streams, stream => Assert.Equal(beat, stream.Heartbeats));
        }

        await Eventually.TrueAsync(() => streams.All(stream => stream.Wakes > 0));
        Assert.All(streams, stream => Assert.Equal(0, stream.Aborts));
    }

    [Fact]
    public void A_stream_that_is_too_slow_is_aborted_instead_of_getting_a_heartbeat()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 1);
        Broadcast.Publish(ring);
        var streams = Open(2);
        streams[0].TooSlowFor = ring;

        _test.Time.Advance(TestBroadcast.Heartbeat);

        Assert.Equal((1, 0), (streams[0].Aborts, streams[0].Heartbeats));
        Assert.Equal((0, 1), (streams[1].Aborts, streams[1].Heartbeats));
        Assert.True(_test.Log.Has("too slowly"));
    }

    [Fact]
    public void A_stream_whose_abort_throws_does_not_stop_the_heartbeats_of_others()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 1);
        Broadcast.Publish(ring);
        var streams = Open(3);
        streams[0].Throws = true;
        streams[0].TooSlowFor = ring;

        _test.Time.Advance(TestBroadcast.Heartbeat);
        _test.Time.Advance(TestBroadcast.Heartbeat);

        Assert.Equal(2, streams[0].Aborts);
        Assert.All(streams[1..], stream => Assert.Equal(2, stream.Heartbeats));
        Assert.True(_test.Log.Has("A stream failed"));
    }

    [Fact]
    public async Task A_drain_does_not_end_all_streams_at_once()
    {
        var streams = Open(1000);

        var drain = Broadcast.DrainAsync(TestContext.Current.CancellationToken);
        Assert.True(Broadcast.IsDraining);
        Assert.InRange(streams.Count(stream => stream.Ends > 0), 1, 10);

        await AdvanceAsync(drain, TimeSpan.FromSeconds(2.5));
        Assert.InRange(streams.Count(stream => stream.Ends > 0), 400, 600);

        await AdvanceAsync(drain, Broadcast.LongestDrain);
        await drain;
        Assert.All(streams, stream => Assert.Equal((1, 0), (stream.Ends, stream.Aborts)));
        Assert.Equal(0, Broadcast.Count);
    }

    [Fact]
    public async Task A_drain_aborts_the_streams_that_do_not_end()
    {
        var streams = Open(3);
        streams[1].IsStuck = true;

        var drain = Broadcast.DrainAsync(TestContext.Current.CancellationToken);
        await AdvanceAsync(drain, TimeSpan.FromSeconds(3));
        await drain;

        Assert.Equal([0, 1, 0], streams.Select(stream => stream.Aborts));
    }

    [Fact]
    public void A_disposed_broadcast_sends_no_heartbeats()
    {
        var streams = Open(1);

        Broadcast.Dispose();
        _test.Time.Advance(10 * TestBroadcast.Heartbeat);

        Assert.Equal(0, streams[0].Heartbeats);
    }

    public void Dispose() => _test.Dispose();

    private List<FakeStream> Open(int count)
    {
        var streams = Enumerable.Range(0, count).Select(_ => new FakeStream()).ToList();
        foreach (var stream in streams)
        {
            var group = Broadcast.Open(stream);
            stream.Ended = () => Broadcast.Close(stream, group);
        }

        return streams;
    }

    /// <summary>Lets time pass in steps, each of which whoever waits for it can see.</summary>
    private async Task AdvanceAsync(Task until, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time && !until.IsCompleted; passed += TimeSpan.FromMilliseconds(10))
        {
            _test.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private sealed class FakeStream : IBroadcastStream
    {
        private int _wakes;

        public int Wakes => Volatile.Read(ref _wakes);

        public int Heartbeats { get; private set; }

        public int Aborts { get; private set; }

        public int Ends { get; private set; }

        public bool Throws { get; set; }

        public bool IsStuck { get; set; }

        public Action Ended { get; set; } = () => { };

        public FrameRing? TooSlowFor { get; set; }

        public void Wake()
        {
            Interlocked.Increment(ref _wakes);
            ObjectDisposedException.ThrowIf(Throws, this);
        }

        public void End()
        {
            Ends++;
            if (!IsStuck)
                Ended();
        }

        public void RequestHeartbeat() => Heartbeats++;

        public bool IsTooSlow(FrameRing? current) => TooSlowFor is not null && TooSlowFor == current;

        public void Abort()
        {
            Aborts++;
            ObjectDisposedException.ThrowIf(Throws, this);
        }
    }
}
