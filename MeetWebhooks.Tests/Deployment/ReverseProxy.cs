using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Deployment;

/// <summary>
/// A reverse proxy that ends TLS in front of a front door, with a configuration from <c>docs/deployment.md</c> in which
/// only addresses and files are replaced.
/// </summary>
internal sealed partial class ReverseProxy : ServerProcess
{
    private readonly string _folder = Directory.CreateTempSubdirectory("proxy").FullName;
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly TemporaryCertificate _certificate = new();

    private ReverseProxy(string kind, string snippet, IReadOnlyList<HttpClient> frontDoors)
        : base(TestContext.Current.CancellationToken)
    {
        _program = ProgramOf(kind);
        // HAProxy wants both in one file.
        File.WriteAllText(
            CertificateFile, $"{File.ReadAllText(_certificate.CertificateFile)}\n{File.ReadAllText(_certificate.KeyFile)}\n");
        Uri = new Uri($"https://127.0.0.1:{Port}");
        Client = ClientFrom(IPAddress.Loopback);
        var configuration = Configure(kind, snippet
            .Replace("/etc/ssl/status.example.com.pem", CertificateFile, StringComparison.Ordinal)
            .Replace("/etc/ssl/status.example.com.key", _certificate.KeyFile, StringComparison.Ordinal)
            .Replace("127.0.0.1:6080", frontDoors[0].BaseAddress!.Authority, StringComparison.Ordinal)
            .Replace("127.0.0.1:6081", frontDoors[^1].BaseAddress!.Authority, StringComparison.Ordinal));
        File.WriteAllText(ConfigurationFile, configuration);
        _arguments = kind switch
        {
            "nginx" => ["-p", _folder, "-c", ConfigurationFile],
            "apache" => ["-X", "-f", ConfigurationFile],
            "caddy" => ["run", "--adapter", "caddyfile", "--config", ConfigurationFile],
            _ => ["-db", "-f", ConfigurationFile],
        };
    }

    /// <summary>Where browsers find it.</summary>
    public Uri Uri { get; }

    /// <summary>A client of it, over HTTP/1.1, that takes compressed answers as browsers do.</summary>
    public HttpClient Client { get; }

    [GeneratedRegex(@"^[a-z]+\.example\.com \{", RegexOptions.Multiline)]
    private static partial Regex CaddySite { get; }

    private string ConfigurationFile => Path.Combine(_folder, "proxy.conf");

    private string CertificateFile => Path.Combine(_folder, "certificate.pem");

    /// <summary>Starts a proxy. Skips the test where its program is missing.</summary>
    /// <param name="kind">nginx, apache, caddy or haproxy.</param>
    /// <param name="snippet">Its configuration.</param>
    /// <param name="frontDoors">A client of each Web replica that it is in front of; one, or two.</param>
    public static Task<ReverseProxy> StartAsync(string kind, string snippet, IReadOnlyList<HttpClient> frontDoors)
    {
        Assert.SkipWhen(InstalledProgram.Find(ProgramOf(kind)) is null, $"{ProgramOf(kind)} is not on the PATH.");
        return StartAsync(new ReverseProxy(kind, snippet, frontDoors));
    }

    /// <summary>A client that connects from an address of this machine.</summary>
    public HttpClient ClientFrom(IPAddress address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new()
        {
            RemoteCertificateValidationCallback = _certificate.IsShown,
        },
        UseProxy = false,
    })
    {
        BaseAddress = Uri,
        Timeout = Eventually.Limit,
    };

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await base.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Describe()
    {
        var start = new ProcessStartInfo(_program, _arguments);
        // Caddy keeps its state there.
        start.Environment["HOME"] = start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = _folder;
        return start;
    }

    /// <inheritdoc/>
    protected override Task<bool> AnswersAsync() => Client.SucceedsAsync("alive", CancellationToken);

    private static string ProgramOf(string kind) => kind == "apache" ? "apache2" : kind;

    /// <summary>What stands around a snippet, for a process of the test's own that writes only to its folder.</summary>
    private string Configure(string kind, string snippet) => kind switch
    {
        "nginx" => $$"""
            daemon off;
            master_process off;
            pid {{_folder}}/nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                gzip on;
                client_body_temp_path {{_folder}}/body;
                proxy_temp_path {{_folder}}/proxy;
                fastcgi_temp_path {{_folder}}/fastcgi;
                uwsgi_temp_path {{_folder}}/uwsgi;
                scgi_temp_path {{_folder}}/scgi;
                {{snippet.Replace("listen 443", $"listen 127.0.0.1:{Port}", StringComparison.Ordinal)}}
            }
            """,
        "apache" => $"""
            ServerName localhost
            ServerRoot {_folder}
            DefaultRuntimeDir {_folder}
            PidFile {_folder}/apache.pid
            ErrorLog /dev/stderr
            User www-data
            Group www-data
            Listen 127.0.0.1:{Port}
            {string.Join('\n', ((string[])["mpm_event", "authz_core", "socache_shmcb", "ssl", "headers", "proxy", "proxy_http"])
                .Select(module => $"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"))}
            {snippet.Replace("*:443", $"127.0.0.1:{Port}", StringComparison.Ordinal)}
            """,
        "caddy" => $$"""
            {
                admin off
                auto_https off
            }
            {{CaddySite.Replace(snippet, $"{Uri.GetLeftPart(UriPartial.Authority)} {{\n\ttls {CertificateFile} {_certificate.KeyFile}")}}
            """,
        _ => snippet.Replace("bind :443", $"bind 127.0.0.1:{Port}", StringComparison.Ordinal),
    };
}
