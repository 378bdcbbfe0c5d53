using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A TCP proxy to a server on this machine that can hold up what the server answers.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _running;
    private readonly int _firstHeld;
    private readonly int _lastHeld;
    private volatile TaskCompletionSource _open = new();
    private CancellationTokenSource _cut = new();
    private int _connections;

    /// <param name="serverPort">The server's port.</param>
    /// <param name="firstHeld">
    /// The first connection, counted from 1, on which answers can be held up; on those before it they always pass.
    /// </param>
    /// <param name="lastHeld">The last connection on which answers can be held up; on those after it they always pass.</param>
    public Wire(int serverPort, int firstHeld = 1, int lastHeld = int.MaxValue)
    {
        ServerPort = serverPort;
        _firstHeld = firstHeld;
        _lastHeld = lastHeld;
        _open.SetResult();
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>The port that clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server's port; a change is for new connections only.</summary>
    public int ServerPort { get; set; }

    /// <summary>Holds up answers from now on; requests still reach the server.</summary>
    public void HoldAnswers() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets answers pass again, those that were held up first.</summary>
    public void PassAnswers() => _open.TrySetResult();

    /// <summary>Breaks all connections; new ones can be made.</summary>
    public void CutConnections()
    {
        using var cut = Interlocked.Exchange(ref _cut, new CancellationTokenSource());
        cut.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        CutConnections();
        _listener.Dispose();
        PassAnswers();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_closed.Token)));
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        var isHeld = ++_connections >= _firstHeld && _connections <= _lastHeld;
        var cut = _cut.Token;
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, ServerPort, cut);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), cut),
                    AnswerAsync(server.GetStream(), client.GetStream(), isHeld, cut));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // One side has closed: the other one sees its connection close, too.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client, bool isHeld, CancellationToken cut)
    {
        var buffer = new byte[16 * 1024];
        while (await server.ReadAsync(buffer, cut) is > 0 and var length)
        {
            if (isHeld)
                await _open.Task;
            await client.WriteAsync(buffer.AsMemory(0, length), cut);
        }
    }
}
