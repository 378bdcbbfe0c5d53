using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeetWebhooks.Tests.Web.Connections;

/// <summary>A browser that reads nothing for a while, for example because it has frozen the page.</summary>
public sealed class ClosedWindowTests : IDisposable
{
    private const int RingSize = 60;

    // Longer than a browser that has vanished keeps its connection.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(50);

    private readonly X509Certificate2 _certificate;
    private readonly string _folder = Directory.CreateTempSubdirectory("certificate").FullName;

    public ClosedWindowTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string CertificateFile => Path.Combine(_folder, "certificate.pem");

    private string KeyFile => Path.Combine(_folder, "key.pem");

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
            ("Kestrel:Certificates:Default:Path", CertificateFile),
            ("Kestrel:Certificates:Default:KeyPath", KeyFile),
            ("Streams:Heartbeat", "00:00:01"),
            ("Events:RetainedEvents", $"{RingSize}"));
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

    public void Dispose()
    {
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

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
            RemoteCertificateValidationCallback =
                (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.Thumbprint,
        },
    })
    {
        BaseAddress = new Uri(address),
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
