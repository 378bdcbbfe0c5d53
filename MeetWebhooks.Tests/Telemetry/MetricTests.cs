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
    [InlineData("meetwebhooks.reconciliation.duration", "s")]
    [InlineData("meetwebhooks.reconciliation.differences", "{item}")]
    [InlineData("meetwebhooks.rooms", "{room}")]
    [InlineData("meetwebhooks.recordings", "{recording}")]
    public void What_happens_is_counted_with_a_unit_and_a_description(string name, string unit)
    {
        var metric = Newest(name);

        Assert.Equal(unit, metric.Unit);
        Assert.NotEmpty(metric.Description);
        Assert.Contains(metric.MetricPoints, point => metric.MetricType == MetricType.Histogram
            ? point.GetHistogramCount() > 0
            : CountOf(metric, point) > 0);
    }

    [Theory]
    [InlineData("meetwebhooks.rooms", "active_meeting 2, open 1, other 1")]
    [InlineData("meetwebhooks.recordings", "active 1, failed 1, starting 1")]
    // The first reading finds everything.
    [InlineData(
        "meetwebhooks.reconciliation.differences",
        "added recording 1, added room 2, deleted recording 1, deleted room 1, updated recording 1, updated room 1")]
    public void Rooms_recordings_and_differences_are_counted_by_kind(string name, string counts)
    {
        var metric = Newest(name);

        Assert.Equal(counts, string.Join(", ", metric.MetricPoints
            .Where(point => CountOf(metric, point) > 0)
            .Select(point => $"{KindOf(point)} {CountOf(metric, point)}")
            .Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void No_tag_tells_a_name_or_an_id_of_a_room_or_a_recording()
    {
        Assert.All(
            application.Metrics.SelectMany(metric => metric.MetricPoints).SelectMany(CountedApplication.TagsOf),
            tag => Assert.DoesNotContain(
                CountedApplication.RoomName, $"{tag.Key} {tag.Value}", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("meetwebhooks.log.append.duration")]
    [InlineData("meetwebhooks.event.age")]
    public void Times_are_told_apart_from_a_millisecond_on(string name)
    {
        List<double> bounds = [];
        foreach (var bucket in Newest(name).MetricPoints[0].GetHistogramBuckets())
            bounds.Add(bucket.ExplicitBound);

        Assert.Equal(0.001, bounds[0]);
    }

    // A slow run exports several times.
    private MetricSnapshot Newest(string name) => application.Metrics.Last(metric => metric.Name == name);

    private static string KindOf(MetricPoint point) =>
        string.Join(' ', CountedApplication.TagsOf(point).Select(tag => tag.Value));

    private static long CountOf(MetricSnapshot metric, MetricPoint point) =>
        metric.MetricType == MetricType.LongGauge ? point.GetGaugeLastValueLong() : point.GetSumLong();
}
