using System.Net;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Tests.Faults;

namespace MeetWebhooks.Tests.Telemetry;

[Collection(nameof(AloneTests))]
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
}
