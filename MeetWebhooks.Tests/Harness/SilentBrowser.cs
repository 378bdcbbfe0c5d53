using System.Net.Sockets;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A browser that opens its stream and reads nothing of it, with a small receive buffer.</summary>
public sealed class SilentBrowser : IDisposable
{
    // Large, so that the socket buffers of the operating system (some megabytes) fill up soon.
    private const int EventSize = 200_000;

    private readonly Socket _socket;
    private readonly HttpClient _client;
    private readonly EventConnection _connection;

    private SilentBrowser(Socket socket, HttpClient client, EventConnection connection)
    {
        _socket = socket;
        _client = client;
        _connection = connection;
    }

    /// <summary>What the server sent, until somebody reads it.</summary>
    public EventConnection Unread => _connection;

    /// <summary>Opens a stream, and reads only the response's headers.</summary>
    /// <param name="replica">A client of the Web replica.</param>
    /// <param name="version">The version of HTTP, 1.1 or 1.0.</param>
    /// <param name="cancellationToken">Ends the wait for the headers.</param>
    public static async Task<SilentBrowser> OpenAsync(
        HttpClient replica, string version, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = replica.BaseAddress,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var connection = await EventConnection.OpenAsync(client, lastEventId: "", query: "", cancellationToken);
        return new SilentBrowser(socket, client, connection);
    }

    /// <summary>A webhook of which some dozens fill every buffer between server and browser.</summary>
    /// <param name="n">Distinguishes it from others.</param>
    public static Delivery LargeEvent(int n) =>
        Delivery.Event("large", $$"""{"n":{{n}},"text":"{{new string('x', EventSize)}}"}""");

    /// <summary>Resets the connection (RST), as the system does when a browser has crashed.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _client.Dispose();
    }
}
