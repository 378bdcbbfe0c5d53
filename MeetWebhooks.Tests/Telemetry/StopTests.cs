using System.Collections.Concurrent;
using System.Net;
using System.Text;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Tests.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.Telemetry;

[Collection(nameof(FaultTests))]
public sealed class StopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_just_before_a_stop_does_not_vanish_from_traces_and_logs()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var redis = EmbeddedServer.Start();
        await using var api = await Service.StartApiAsync(
            redis.ConnectionString,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await using var web = await Service.StartWebAsync(
            redis.ConnectionString,
            api,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        using var answer = await Delivery.Event("theLastEvent").PostAsync(web.Client, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await web.StopAsync());
        Assert.Equal(0, await api.StopAsync());

        Assert.Contains("theLastEvent", collector.Text("/v1/logs"), StringComparison.Ordinal);
        Assert.Contains("publish events", collector.Text("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("relay events", collector.Text("/v1/traces"), StringComparison.Ordinal);
    }

    /// <summary>Keeps what services export over OTLP. Protobuf holds texts as they are.</summary>
    private sealed class OtlpCollector : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<(string Path, string Body)> _exports = [];

        private OtlpCollector(WebApplication app)
        {
            _app = app;
            app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                _exports.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.StatusCode = StatusCodes.Status200OK;
            });
        }

        public string Url => _app.Urls.First();

        public static async Task<OtlpCollector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var collector = new OtlpCollector(builder.Build());
            await collector._app.StartAsync(Cancel);
            return collector;
        }

        public string Text(string path) =>
            string.Concat(_exports.Where(export => export.Path == path).Select(export => export.Body));

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
