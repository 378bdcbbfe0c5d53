namespace MeetWebhooks.Tests.ServiceDefaults;

/// <summary>The programs as an operator starts them, with a setting that can't work.</summary>
public sealed class MisconfigurationTests
{
    private const string Redis = "ConnectionStrings:redis";

    [Theory]
    [InlineData("Api", "Meet:ApiKey", "", "Production")]
    [InlineData("Api", "Meet:ServerUrl", "localhost")]
    [InlineData("Api", "Webhooks:MaxAge", "abc")]
    [InlineData("Api", "Webhooks:MaxAge", "-00:01:00")]
    [InlineData("Api", "Webhooks:MaxBodySize", "0")]
    [InlineData("Api", "Events:RetainedEvents", "many")]
    [InlineData("Api", "Events:RetainedFor", "-1.00:00:00")]
    [InlineData("Api", Redis, "")]
    [InlineData("Api", Redis, "localhost,bogus=hunter2")]
    [InlineData("Api", Redis, "localhost,password=a,hunter2")]
    [InlineData("Api", Redis, "localhost,channelPrefix=a")]
    [InlineData("Api", Redis, "user:hunter2@localhost:6379")]
    [InlineData("Api", Redis, "redis://user:hunter2@localhost:port")]
    [InlineData("Api", "Events:RetainedBytes", "1000")]
    [InlineData("Api", "SERedis_IssuerCertPath", "/no/such/file.pem")]
    [InlineData("Api", "urls", "nonsense")]
    [InlineData("Api", "urls", "http://127.0.0.1:70000")]
    [InlineData("Api", "urls", "http://127.0.0.1:0;ftp://127.0.0.1:0")]
    [InlineData("Api", "urls", "http://127.0.0.1:0/base")]
    [InlineData("Api", "urls", "http://10.255.255.1:0")]
    [InlineData("Web", "http_ports", "8080,8081")]
    [InlineData("Api", "OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]
    [InlineData("Api", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("Web", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector")]
    [InlineData("Web", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grcp")]
    [InlineData("Web", "OTEL_EXPORTER_OTLP_HEADERS", "hunter2")]
    [InlineData("Web", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10s")]
    [InlineData("Web", "OTEL_EXPORTER_OTLP_COMPRESSION", "zip")]
    [InlineData("Web", "OTEL_TRACES_EXPORTER", "jaeger")]
    [InlineData("Web", Redis, "")]
    [InlineData("Web", Redis, "localhost:99999")]
    [InlineData("Web", Redis, "postgres://user:hunter2@localhost")]
    [InlineData("Web", "Streams:Heartbeat", "-00:00:01")]
    [InlineData("Web", "Streams:MaxPerAddress", "0")]
    [InlineData("Web", "Api:Timeout", "-00:00:01")]
    [InlineData("Web", "services:api:http:0", "")]
    [InlineData("Web", "services:api:http:0", "api:8080")]
    [InlineData("Web", "TrustedProxies", "10.0.0.0/8, everybody")]
    [InlineData("Web", "PathBase", "status")]
    [InlineData("Web", "PathBase", "https://intranet/status")]
    [InlineData("Web", "Cors:AllowedOrigins", "*")]
    [InlineData("Web", "Cors:AllowedOrigins", "https://a.example, https://b.example/path")]
    [InlineData("Web", "Cors:AllowedOrigins", "intranet.example")]
    [InlineData("Web", "urls", "nonsense")]
    public async Task A_setting_that_can_not_work_ends_the_program_with_one_line_that_names_it(
        string program, string setting, string value, string environment = "Development")
    {
        var (exitCode, output, error) = await ProgramRun.ToEndAsync(
            program, ("environment", environment), (setting, value));

        Assert.Equal(1, exitCode);
        Assert.Contains(setting, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
