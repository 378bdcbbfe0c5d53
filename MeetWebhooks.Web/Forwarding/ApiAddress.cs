using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>One address of the Api, with the connections that are open to it.</summary>
/// <param name="endPoint">The address.</param>
internal sealed class ApiAddress(IPEndPoint endPoint)
{
    /// <summary>How long it may take to connect: on a local network, a fraction of this.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    private readonly HashSet<Connection> _open = [];
    private volatile bool _isDown;

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint => endPoint;

    /// <summary>Whether it did not answer lately.</summary>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or the caller gave up.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new Connection(socket, this);
        lock (_open)
            _open.Add(connection);
        return connection;
    }

    /// <summary>Closes all open connections; the requests on them fail.</summary>
    /// <returns>How many there were.</returns>
    public int CloseConnections()
    {
        Connection[] connections;
        lock (_open)
            connections = [.. _open];
        foreach (var connection in connections)
            connection.Dispose();
        return connections.Length;
    }

    private sealed class Connection(Socket socket, ApiAddress address) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            lock (address._open)
                address._open.Remove(this);
            base.Dispose(disposing);
        }
    }
}
