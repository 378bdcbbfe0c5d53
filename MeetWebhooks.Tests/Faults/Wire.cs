using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Tests.Faults;

/// <summary>The way to a server on this machine, on which a test can hold up what the server answers.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly int _serverPort;
    private readonly Task _running;
    private readonly int _firstHeld;
    private volatile TaskCompletionSource _open = new();
    private int _connections;

    /// <param name="serverPort">Where the server is.</param>
    /// <param name="firstHeld">
    /// Answers are held up over the connections from this one on, counted from 1, and pass over those before.
    /// </param>
    public Wire(int serverPort, int firstHeld = 1)
    {
        _serverPort = serverPort;
        _firstHeld = firstHeld;
        _open.SetResult();
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on the server hears its clients, and they don't hear it.</summary>
    public void HoldAnswers() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets answers pass again, also those that were held up.</summary>
    public void PassAnswers() => _open.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
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
        var isHeld = ++_connections >= _firstHeld;
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _closed.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), _closed.Token),
                    AnswerAsync(server.GetStream(), client.GetStream(), isHeld));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Either side is gone, and the other one sees its connection close.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client, bool isHeld)
    {
        var buffer = new byte[16 * 1024];
        while (await server.ReadAsync(buffer, _closed.Token) is > 0 and var length)
        {
            if (isHeld)
                await _open.Task;
            await client.WriteAsync(buffer.AsMemory(0, length), _closed.Token);
        }
    }
}
