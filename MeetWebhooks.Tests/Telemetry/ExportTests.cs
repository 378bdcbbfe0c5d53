using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Tests.Faults;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>Which signals are exported, by OpenTelemetry's environment variables.</summary>
[Collection(nameof(AloneTests))]
public sealed class ExportTests
{
    private const string Traces = "/v1/traces";
    private const string Metrics = "/v1/metrics";
    private const string Logs = "/v1/logs";

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Traces)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Metrics)]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", Logs)]
    public async Task A_signal_with_an_endpoint_of_its_own_is_not_left_out(string variable, string path)
    {
        await using var collector = await OtlpCollector.StartAsync();

        await RunAsync((variable, collector.Url + path), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        Assert.Equal([path], collector.Paths);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", Logs, Metrics)]
    [InlineData("OTEL_METRICS_EXPORTER", Logs, Traces)]
    [InlineData("OTEL_LOGS_EXPORTER", Metrics, Traces)]
    public async Task A_signal_whose_exporter_is_none_is_not_exported(string variable, params string[] others)
    {
        await using var collector = await OtlpCollector.StartAsync();

        await RunAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            (variable, "none"));

        Assert.Equal(others, collector.Paths);
    }

    [Fact]
    public async Task The_variables_of_a_signal_do_not_give_way_to_those_of_all()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var tracesCollector = await OtlpCollector.StartAsync();

        await RunAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-name=all"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", tracesCollector.Url + "/somewhere"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-name=traces"));

        Assert.Equal([Logs, Metrics], collector.Paths);
        Assert.Equal(["all"], collector.Headers("x-name"));
        Assert.Equal(["/somewhere"], tracesCollector.Paths);
        Assert.Equal(["traces"], tracesCollector.Headers("x-name"));
    }

    // What is left at the end is exported by the stop.
    private static async Task RunAsync(params (string Key, string Value)[] settings)
    {
        using var redis = EmbeddedServer.Start();
        await using var api = await Service.StartApiAsync(redis.ConnectionString, settings);
        await api.Client.PersistAsync(Delivery.Event("meetingStarted"));
        Assert.Equal(0, await api.StopAsync());
    }
}
