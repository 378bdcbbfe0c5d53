using System.Buffers;
using System.IO.Pipelines;
using MeetWebhooks.Web.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class EventStreamTests : IDisposable
{
    private const int Capacity = 4;

    private readonly TestBroadcast _test = new();
    private readonly TestRequest _request = new();
    private readonly FrameRing _ring = Frames.Ring(start: 0, Capacity, events: 0);

    [Fact]
    public async Task Events_are_sent_as_they_are_published()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(null);
        var running = stream.RunAsync();

        Publish(2);
        await Eventually.TrueAsync(() => _request.Sent == $"heartbeat {TestBroadcast.AtStart}1 2");
        Publish(1);
        await Eventually.TrueAsync(() => _request.Sent == $"heartbeat {TestBroadcast.AtStart}1 2 3");

        stream.End();
        await running.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_heartbeat_is_sent_when_there_is_nothing_else()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(null);
        _ = stream.RunAsync();

        _test.Time.Advance(TestBroadcast.Heartbeat);
        await Eventually.TrueAsync(() => _request.Sent == $"heartbeat {TestBroadcast.AtStart}heartbeat");
        Publish(1);
        await Eventually.TrueAsync(() => _request.Sent == $"heartbeat {TestBroadcast.AtStart}heartbeat 1");
    }

    [Fact]
    public async Task An_unknown_position_gets_a_reset_when_the_refresh_has_ended()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(new LogPosition("other", 7));
        _ = stream.RunAsync();
        Assert.Equal("heartbeat", _request.Sent);

        _test.Refresh.SetResult();

        await Eventually.TrueAsync(() => _request.Sent == $"heartbeat {TestBroadcast.ResetAtStart}");
    }

    [Fact]
    public void A_stream_is_too_slow_while_its_browser_does_not_read_and_the_ring_has_passed_it()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(null);
        _request.HoldFlush(after: 1);
        _ = stream.RunAsync();
        Assert.False(stream.IsTooSlow(_ring));

        Publish(Capacity);
        Assert.False(stream.IsTooSlow(_ring));
        Publish(1);
        Assert.True(stream.IsTooSlow(_ring));

        stream.Abort();
        Assert.Equal(1, _request.Aborts);
        Assert.False(stream.IsTooSlow(_ring));
    }

    [Fact]
    public async Task A_stream_whose_flush_fails_ends_and_is_not_too_slow()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(null);
        var flush = _request.HoldFlush(after: 1);
        var running = stream.RunAsync();
        Publish(Capacity + 1);
        Assert.True(stream.IsTooSlow(_ring));

        flush.SetException(new IOException("The connection broke."));

        await Assert.ThrowsAsync<IOException>(() => running);
        Assert.False(stream.IsTooSlow(_ring));
    }

    [Fact]
    public async Task A_stream_ends_when_its_flush_finds_the_connection_lost()
    {
        _test.Broadcast.Publish(_ring);
        using var stream = Open(null);
        var flush = _request.HoldFlush(after: 1);
        var running = stream.RunAsync();

        flush.SetResult(new FlushResult(isCanceled: false, isCompleted: true));

        await running.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_stream_that_has_left_its_request_never_aborts_it()
    {
        var stream = Open(null);
        stream.Dispose();
        _request.End();

        stream.Abort();
        stream.Wake();

        Assert.Equal(0, _request.Aborts);
    }

    public void Dispose() => _test.Dispose();

    private EventStream Open(LogPosition? lastEventId) =>
        new(_request.Context, _test.Broadcast, lastEventId, _test.Metrics);

    private void Publish(int events)
    {
        for (var n = 0; n < events; n++)
            _ring.AddNext();
        _test.Broadcast.Publish(_ring);
    }

    /// <summary>A request whose browser takes what is flushed when the test says so.</summary>
    private sealed class TestRequest : PipeWriter, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature
    {
        private readonly ArrayBufferWriter<byte> _sent = new();
        private int _flushesBeforeHeld;
        private TaskCompletionSource<FlushResult>? _held;
        private string _text = "";

        public TestRequest()
        {
            Context = new DefaultHttpContext();
            Context.Features.Set<IHttpResponseBodyFeature>(this);
            Context.Features.Set<IHttpRequestLifetimeFeature>(this);
        }

        public DefaultHttpContext Context { get; }

        public int Aborts { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        /// <summary>What was flushed.</summary>
        public string Sent => Volatile.Read(ref _text);

        Stream IHttpResponseBodyFeature.Stream => throw new NotSupportedException();

        PipeWriter IHttpResponseBodyFeature.Writer => this;

        /// <summary>Has a flush, and those after it, wait for the result of this source.</summary>
        /// <param name="after">How many flushes do not wait.</param>
        public TaskCompletionSource<FlushResult> HoldFlush(int after)
        {
            _flushesBeforeHeld = after;
            return _held = new TaskCompletionSource<FlushResult>();
        }

        /// <summary>Ends the request, as Kestrel does: using the context fails from now on.</summary>
        public void End() => Context.Uninitialize();

        public void Abort() => Aborts++;

        public override void Advance(int bytes) => _sent.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _sent.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _sent.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Volatile.Write(ref _text, Frames.Text(_sent));
            return _held is null || _flushesBeforeHeld-- > 0 ? default : new ValueTask<FlushResult>(_held.Task);
        }

        public override void CancelPendingFlush() => throw new NotSupportedException();

        public override void Complete(Exception? exception = null)
        {
        }

        void IHttpResponseBodyFeature.DisableBuffering() => throw new NotSupportedException();

        Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        Task IHttpResponseBodyFeature.SendFileAsync(
            string path, long offset, long? count, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        Task IHttpResponseBodyFeature.CompleteAsync() => Task.CompletedTask;
    }
}
