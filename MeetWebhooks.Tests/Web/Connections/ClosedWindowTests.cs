using System.Net.Security;
using System.Net.Sockets;

namespace MeetWebhooks.Tests.Web.Connections;

/// <summary>A browser that reads nothing for a while, for example because it has frozen the page.</summary>
public sealed class ClosedWindowTests : IDisposable
{
    private const int RingSize = 60;

    // Longer than a browser that has vanished keeps its connection.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(50);

    private readonly TemporaryCertificate _certificate = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_that_reads_nothing_is_not_disconnected_while_the_ring_has_its_events()
    {
        var plain = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        var secure = $"https://127.0.0.1:{ServerProcess.FreePort()}";
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(
            redis.ConnectionString,
            api,
            ("urls", plain),
            ("Kestrel:Endpoints:Plain:Url", plain),
            ("Kestrel:Endpoints:Secure:Url", secure),
            ("Kestrel:Certificates:Default:Path", _certificate.CertificateFile),
            ("Kestrel:Certificates:Default:KeyPath", _certificate.KeyFile),
            ("Streams:Heartbeat", "00:00:01"),
            ("Events:RetainedEvents", $"{RingSize}"));
        // The first of the two addresses answers a moment before the second one.
        await Eventually.TrueAsync(() => Client(secure, "1.1").SucceedsAsync("alive", Cancel));
        var browsers = new List<EventConnection>();
        foreach (var (address, version) in ((string, string)[])
            [(plain, "1.0"), (plain, "1.1"), (secure, "1.1"), (secure, "2.0")])
            browsers.Add(await EventConnection.OpenAsync(Client(address, version), lastEventId: "", query: "", Cancel));

        var sent = new List<string>();
        for (var n = 0; n < RingSize - 1; n++)
            sent.Add((await web.Client.PersistAsync(SilentBrowser.LargeEvent(n))).Json);

        await Task.Delay(Silence, Cancel);

        foreach (var browser in browsers)
        {
            var received = await browser.ReadAsync(Cancel).Take(sent.Count).ToListAsync(Cancel);
            Assert.Equal(sent, received.Select(item => item.Data));
            browser.Dispose();
        }
    }

    public void Dispose() => _certificate.Dispose();

    private HttpClient Client(string address, string version) => new(new SocketsHttpHandler
    {
        ConnectCallback = static async (context, cancel) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = _certificate.IsShown,
        },
    })
    {
        BaseAddress = new Uri(address),
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
