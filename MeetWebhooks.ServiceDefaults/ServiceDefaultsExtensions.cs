using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>What every service of the system has, whatever it does.</summary>
public static class ServiceDefaultsExtensions
{
    private const string Alive = "alive";
    private const string OwnNames = "MeetWebhooks.*";

    /// <summary>
    /// Adds telemetry, health checks, service discovery and resilient HTTP clients. Under systemd, the service tells it
    /// when it is ready (<c>Type=notify</c>).
    /// </summary>
    /// <param name="builder">The service.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.AddWiring();
        StartLog.AddTo(builder);
        builder.Services.AddSystemd();
        return builder;
    }

    /// <summary>
    /// Adds logs, traces and metrics by OpenTelemetry, exported over OTLP as its environment variables say (see
    /// <see cref="OtlpSettings"/>; validated at start). A process has it once, also one that runs several services.
    /// </summary>
    /// <param name="builder">The service.</param>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        // The lowest priority of all settings.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Polly", nameof(LogLevel.Critical)),
                new("Logging:LogLevel:System.Net.Http", nameof(LogLevel.Warning)),
                new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning)),
                new("Logging:LogLevel:Yarp", nameof(LogLevel.Error)),
            ],
        });

        // Two processes of one service differ in service.instance.id. What OTEL_RESOURCE_ATTRIBUTES says comes first.
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(builder.Environment.ApplicationName)
            .AddEnvironmentVariableDetector());
        builder.Services
            .ConfigureOpenTelemetryTracerProvider(tracing => tracing
                .AddProcessor(new PrintableSpans())
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsUntraced(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource(OwnNames))
            .ConfigureOpenTelemetryMeterProvider(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(OwnNames));
        builder.AddExporters(new OtlpSettings(builder.Configuration));
        return builder;
    }

    // Nothing is recorded that is not exported.
    private static void AddExporters(this IHostApplicationBuilder builder, OtlpSettings settings)
    {
        builder.Services.AddSingleton<IValidateOptions<OtlpExporterOptions>>(settings);
        builder.Services.AddOptions<OtlpExporterOptions>().ValidateOnStart();
        var telemetry = builder.Services.AddOpenTelemetry();
        if (settings.Exports(OtlpSettings.Traces))
        {
            telemetry.WithTracing(tracing => tracing.AddOtlpExporter(
                options => settings.Apply(OtlpSettings.Traces, options)));
        }

        if (settings.Exports(OtlpSettings.Metrics))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(
                options => settings.Apply(OtlpSettings.Metrics, options)));
        }

        if (settings.Exports(OtlpSettings.Logs))
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.IncludeScopes = true;
                logging.AddOtlpExporter(options => settings.Apply(OtlpSettings.Logs, options));
            });
        }
    }

    // Asked every few seconds, or, as the streams are, open for hours: their spans would only be in the way. The path
    // can still have a path base before it.
    private static bool IsUntraced(PathString path) =>
        path.Value is { } value
        && (value.EndsWith("/health", StringComparison.OrdinalIgnoreCase)
            || value.EndsWith("/alive", StringComparison.OrdinalIgnoreCase)
            || value.EndsWith("/reconciliation", StringComparison.OrdinalIgnoreCase)
            || value.EndsWith("/events", StringComparison.OrdinalIgnoreCase)
            || value.EndsWith("/changes", StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds what connects a service with others: health checks, service discovery and HTTP clients.</summary>
    /// <param name="builder">The service.</param>
    public static TBuilder AddWiring<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Alive]);
        builder.Services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            // Any byte is a character: identity proxies send names in Latin-1.
            server.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        ServerAddressOptions.AddTo(builder.Services);
        builder.Services.AddProblems();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Answers <c>GET /health</c> (may this instance get requests? all checks) and <c>GET /alive</c> (must it be
    /// restarted? none but its own) with the status as text: 200 Healthy or Degraded, 503 Unhealthy.
    /// </summary>
    /// <param name="app">The service.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Alive) });
        return app;
    }
}
