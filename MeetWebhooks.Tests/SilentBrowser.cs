using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Tests;

/// <summary>A browser that opens its stream and then reads nothing, over a socket with little room.</summary>
public sealed class SilentBrowser : IDisposable
{
    // Large events, so that the system's own socket buffers (some megabytes) are soon full.
    private const int EventSize = 200_000;

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;

    private SilentBrowser(HttpClient client, HttpResponseMessage response, Stream unread)
    {
        _client = client;
        _response = response;
        Unread = unread;
    }

    /// <summary>What it has not read.</summary>
    public Stream Unread { get; }

    /// <summary>Opens a stream, and reads only the answer's headers.</summary>
    /// <param name="frontDoor">A client of the front door.</param>
    /// <param name="version">The version of HTTP, 1.1 or 1.0.</param>
    public static async Task<SilentBrowser> OpenAsync(HttpClient frontDoor, string version = "1.1")
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(frontDoor.BaseAddress!, "events"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new SilentBrowser(client, response, await response.Content.ReadAsStreamAsync(cancel));
    }

    /// <summary>An event of which some dozens fill every buffer between server and browser.</summary>
    /// <param name="n">Tells one from the other.</param>
    public static Delivery LargeEvent(int n) =>
        Delivery.Event("large", $$"""{"n":{{n}},"text":"{{new string('x', EventSize)}}"}""");

    /// <inheritdoc/>
    public void Dispose()
    {
        _response.Dispose();
        _client.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
