using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using MeetWebhooks.Web.Connections;

namespace MeetWebhooks.Tests.Web.Connections;

public sealed class SocketWriterTests : IDisposable
{
    private readonly Pipe _kestrel = new();
    private readonly Socket _server;
    private readonly Socket _browser;
    private readonly SocketWriter _writer;

    public SocketWriterTests()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _browser = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        _browser.Connect(listener.LocalEndpoint);
        _server = listener.AcceptSocket();
        _server.SendBufferSize = 4096;
        _server.Blocking = false;
        _writer = new SocketWriter(_server, _kestrel.Writer);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fits_is_sent_when_the_flush_returns()
    {
        _writer.Write("one "u8);
        _writer.Write("two"u8);
        Assert.Equal(7, _writer.UnflushedBytes);

        var flush = _writer.FlushAsync(Cancel);

        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal("one two"u8.ToArray(), await ReadAsync(7));
    }

    [Fact]
    public async Task A_flush_waits_for_a_browser_that_does_not_read_and_loses_nothing()
    {
        var sent = new byte[1024 * 1024];
        Random.Shared.NextBytes(sent);
        _writer.Write(sent);

        var flush = _writer.FlushAsync(Cancel);
        Assert.False(flush.IsCompleted);
        var received = await ReadAsync(sent.Length);

        Assert.False((await flush).IsCompleted);
        Assert.Equal(sent, received);
        _writer.Write("more"u8);
        await _writer.FlushAsync(Cancel);
        Assert.Equal("more"u8.ToArray(), await ReadAsync(4));
    }

    [Fact]
    public async Task A_flush_that_waits_ends_when_it_is_cancelled()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        _writer.Write(new byte[16 * 1024 * 1024]);

        var flush = _writer.FlushAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await flush);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_reports_a_lost_connection(bool whileItWaits)
    {
        _writer.Write(new byte[16 * 1024 * 1024]);
        var waiting = whileItWaits ? _writer.FlushAsync(Cancel) : default;

        _server.Dispose();
        var flush = whileItWaits ? waiting : _writer.FlushAsync(Cancel);

        Assert.True((await flush).IsCompleted);
    }

    [Fact]
    public async Task Kestrel_sends_unflushed_bytes_when_the_connection_ends()
    {
        _writer.Write("rest"u8);

        await _writer.CompleteAsync();

        var rest = await _kestrel.Reader.ReadAsync(Cancel);
        Assert.True(rest.IsCompleted);
        Assert.Equal("rest"u8.ToArray(), rest.Buffer.ToArray());
    }

    public void Dispose()
    {
        _server.Dispose();
        _browser.Dispose();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        await using var stream = new NetworkStream(_browser);
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }
}
