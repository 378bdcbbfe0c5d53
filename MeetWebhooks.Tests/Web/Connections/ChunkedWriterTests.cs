using System.IO.Pipelines;
using System.Net;
using System.Text;
using MeetWebhooks.Web.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.Web.Connections;

public sealed class ChunkedWriterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_of_HTTP_1_1_is_written_in_chunks()
    {
        await using var server = await Server.StartAsync();

        Assert.Equal(Server.Body, await server.GetAsync());
        Assert.IsType<ChunkedWriter>(server.Writer);
    }

    [Fact]
    public async Task A_response_that_a_middleware_compresses_is_not_corrupted()
    {
        await using var server = await Server.StartAsync(use: app => app.UseResponseCompression());

        Assert.Equal(Server.Body, await server.GetAsync());
        Assert.IsNotType<ChunkedWriter>(server.Writer);
    }

    [Theory]
    [InlineData("https", "1.1")]
    [InlineData("https", "2.0")]
    [InlineData("http", "2.0")]
    [InlineData("http", "1.0")]
    public async Task Kestrels_own_writer_is_used_where_it_does_not_write_plain_chunks(string scheme, string version)
    {
        using var certificate = scheme == "https" ? new TemporaryCertificate() : null;
        await using var server = await Server.StartAsync(
            version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1, certificate);

        Assert.Equal(Server.Body, await server.GetAsync(version));
        Assert.IsNotType<ChunkedWriter>(server.Writer);
    }

    private sealed class Server : IAsyncDisposable
    {
        public const string Body = "onetwothree";

        private readonly WebApplication _app;
        private readonly TemporaryCertificate? _certificate;

        private Server(WebApplication app, TemporaryCertificate? certificate) => (_app, _certificate) = (app, certificate);

        /// <summary>The writer that the last response was written with.</summary>
        public PipeWriter? Writer { get; private set; }

        public static async Task<Server> StartAsync(
            HttpProtocols protocols = HttpProtocols.Http1,
            TemporaryCertificate? certificate = null,
            Action<WebApplication>? use = null)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddBrowserConnections();
            builder.Services.AddResponseCompression(options => options.MimeTypes = ["text/event-stream"]);
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = protocols;
                if (certificate is not null)
                    endpoint.UseHttps(certificate.Certificate);
            }));
            var app = builder.Build();
            var server = new Server(app, certificate);
            use?.Invoke(app);
            app.MapGet("/", server.AnswerAsync);
            await app.StartAsync(Cancel);
            return server;
        }

        public async Task<string> GetAsync(string version = "1.1")
        {
            using var client = new HttpClient(new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.All,
                SslOptions =
                {
                    RemoteCertificateValidationCallback = _certificate?.IsShown,
                },
            });
            var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            using var request = new HttpRequestMessage(HttpMethod.Get, address)
            {
                Version = Version.Parse(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await client.SendAsync(request, Cancel);
            return await response.Content.ReadAsStringAsync(Cancel);
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync();
            Writer = ChunkedWriter.Of(context.Response);
            foreach (var part in (string[])["one", "two", "three"])
                await Writer.WriteAsync(Encoding.UTF8.GetBytes(part));
        }
    }
}
