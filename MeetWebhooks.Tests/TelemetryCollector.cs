using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MeetWebhooks.Tests;

/// <summary>Gets the traces and metrics that an OpenTelemetry collector would.</summary>
public sealed class TelemetryCollector : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly List<MetricSnapshot> _metrics = [];
    private MeterProvider? _meters;

    /// <summary>All spans that have ended, of this application and of others that run beside it.</summary>
    public IEnumerable<Activity> Spans => _spans;

    /// <summary>Adds itself to an application's telemetry.</summary>
    public void Collect(IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddProcessor(this))
            .WithMetrics(metrics => metrics.AddInMemoryExporter(_metrics));
    }

    /// <summary>Has the application's metrics read now.</summary>
    public IReadOnlyList<MetricSnapshot> ReadMetrics(IServiceProvider services)
    {
        _meters ??= services.GetRequiredService<MeterProvider>();
        _metrics.Clear();
        _meters.ForceFlush();
        return [.. _metrics];
    }

    /// <inheritdoc/>
    public override void OnEnd(Activity data) => _spans.Enqueue(data);
}
