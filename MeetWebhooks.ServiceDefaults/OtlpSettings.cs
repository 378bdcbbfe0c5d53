using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>
/// Where telemetry is exported to, by OpenTelemetry's
/// <see href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">environment variables</see>. The exporters
/// read those of all signals, and ignore values that are not valid. This reads those of single signals as well, and
/// validates all of them.
/// </summary>
internal sealed class OtlpSettings(IConfiguration configuration) : IValidateOptions<OtlpExporterOptions>
{
    /// <summary>The signals, as the variables name them.</summary>
    public const string Traces = "TRACES", Metrics = "METRICS", Logs = "LOGS";

    private const string Endpoint = "ENDPOINT", Protocol = "PROTOCOL", Headers = "HEADERS", Timeout = "TIMEOUT",
        Compression = "COMPRESSION";

    private const string Grpc = "grpc", HttpProtobuf = "http/protobuf", Gzip = "gzip", None = "none", Otlp = "otlp";

    private static readonly string[] Signals = [Traces, Metrics, Logs];

    private static readonly (string Name, Func<string, bool> IsValid, string Rule)[] Variables =
    [
        (Endpoint, IsAddress, "must be an address with its scheme, like http://localhost:4317"),
        (Protocol, value => value is Grpc or HttpProtobuf, $"must be {Grpc} or {HttpProtobuf}"),
        (Headers, value => value.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0),
            "must be like name=value, with commas between"),
        (Timeout, value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms > 0,
            "must be a number of milliseconds"),
        (Compression, value => value is Gzip or None, $"must be {Gzip} or {None}"),
    ];

    /// <summary>
    /// Whether a signal is exported: where it has an endpoint, unless its exporter is <c>none</c>, and where its
    /// exporter is <c>otlp</c>.
    /// </summary>
    /// <param name="signal">The signal.</param>
    public bool Exports(string signal) => !Failures().Any() && Exporter(signal) switch
    {
        None => false,
        Otlp => true,
        _ => Value(Variable(Endpoint)) is not null || Value(Variable(Endpoint, signal)) is not null,
    };

    /// <summary>Applies the variables of one signal, which come before those of all.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="options">The exporter's options, with the variables of all signals applied.</param>
    public void Apply(string signal, OtlpExporterOptions options)
    {
        if (Value(Variable(Endpoint, signal)) is { } endpoint)
            options.Endpoint = new Uri(endpoint);
        if (Value(Variable(Protocol, signal)) is { } protocol)
            options.Protocol = protocol == Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (Value(Variable(Headers, signal)) is { } headers)
            options.Headers = headers;
        if (Value(Variable(Timeout, signal)) is { } timeout)
            options.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        if (Value(Variable(Compression, signal)) is { } compression)
            options.Compression = compression == Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        // Not the application's client: its handlers are disposed before the last telemetry is exported.
        options.HttpClientFactory = () => new HttpClient
        {
            Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds),
        };
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OtlpExporterOptions options) =>
        Failures().ToArray() is { Length: > 0 } failures
            ? ValidateOptionsResult.Fail(failures)
            : ValidateOptionsResult.Success;

    private IEnumerable<string> Failures()
    {
        foreach (var signal in Signals)
        {
            if (Exporter(signal) is not (null or None or Otlp))
                yield return $"OTEL_{signal}_EXPORTER must be {Otlp} or {None}.";
        }

        foreach (var (name, isValid, rule) in Variables)
        {
            foreach (var variable in (string[])[Variable(name), .. Signals.Select(signal => Variable(name, signal))])
            {
                if (Value(variable) is { } value && !isValid(value))
                    yield return $"{variable} {rule}.";
            }
        }
    }

    private string? Exporter(string signal) => Value($"OTEL_{signal}_EXPORTER");

    private string? Value(string variable) =>
        configuration[variable] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static string Variable(string name) => $"OTEL_EXPORTER_OTLP_{name}";

    private static string Variable(string name, string signal) => $"OTEL_EXPORTER_OTLP_{signal}_{name}";

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}
