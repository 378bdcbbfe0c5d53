using OpenTelemetry.Metrics;

namespace MeetWebhooks.Tests.Telemetry;

[Collection(nameof(CountedApplication))]
public sealed class MetricTests(CountedApplication application)
{
    [Theory]
    [InlineData("meetwebhooks.webhooks", "{webhook}")]
    [InlineData("meetwebhooks.log.append.duration", "s")]
    [InlineData("meetwebhooks.log.gaps_healed", "{gap}")]
    [InlineData("meetwebhooks.log.restarts", "{restart}")]
    [InlineData("meetwebhooks.streams.open", "{stream}")]
    [InlineData("meetwebhooks.streams.deliveries", "{delivery}")]
    [InlineData("meetwebhooks.streams.bytes", "By")]
    [InlineData("meetwebhooks.streams.resets", "{reset}")]
    [InlineData("meetwebhooks.streams.slow_closed", "{stream}")]
    [InlineData("meetwebhooks.event.age", "s")]
    public void What_happens_is_counted_with_a_unit_and_a_description(string name, string unit)
    {
        // The newest: a slow run exports several times.
        var metric = application.Metrics.Last(metric => metric.Name == name);

        Assert.Equal(unit, metric.Unit);
        Assert.NotEmpty(metric.Description);
        Assert.Contains(metric.MetricPoints, point => metric.MetricType == MetricType.Histogram
            ? point.GetHistogramCount() > 0
            : point.GetSumLong() > 0);
    }

    [Theory]
    [InlineData("meetwebhooks.log.append.duration")]
    [InlineData("meetwebhooks.event.age")]
    public void Times_are_told_apart_from_a_millisecond_on(string name)
    {
        List<double> bounds = [];
        foreach (var bucket in application.Metrics.Last(metric => metric.Name == name).MetricPoints[0].GetHistogramBuckets())
            bounds.Add(bucket.ExplicitBound);

        Assert.Equal(0.001, bounds[0]);
    }
}
