using System.Diagnostics.Metrics;

namespace MeetWebhooks.Web.Streams;

/// <summary>What a replica does for its browsers, in numbers.</summary>
internal sealed class StreamMetrics
{
    private readonly UpDownCounter<int> _streams;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _bytes;
    private readonly Counter<int> _resets;
    private readonly Counter<int> _slow;
    private readonly Histogram<double> _age;

    public StreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("MeetWebhooks.Web");
        _streams = meter.CreateUpDownCounter<int>(
            "meetwebhooks.streams.open", "{stream}", "Streams that browsers have open.");
        _deliveries = meter.CreateCounter<long>(
            "meetwebhooks.streams.deliveries", "{delivery}", "Events sent, each counted once per browser.");
        _bytes = meter.CreateCounter<long>(
            "meetwebhooks.streams.bytes", "By", "Bytes of events sent to browsers.");
        _resets = meter.CreateCounter<int>(
            "meetwebhooks.streams.resets", "{reset}", "Browsers told to begin afresh, as events they lack are gone.");
        _slow = meter.CreateCounter<int>(
            "meetwebhooks.streams.slow_closed", "{stream}", "Streams closed as their browser read too slowly.");
        _age = meter.CreateHistogram<double>(
            "meetwebhooks.event.age",
            "s",
            "Age of an event, since it was stored, when it goes out to the browsers.",
            null,
            LogTelemetry.Times);
    }

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);

    public void Sent(long events, int bytes)
    {
        if (events == 0)
            return;
        _deliveries.Add(events);
        _bytes.Add(bytes);
    }

    public void Reset() => _resets.Add(1);

    public void SlowStreamClosed() => _slow.Add(1);

    public void Relayed(TimeSpan age) => _age.Record(Math.Max(age.TotalSeconds, 0));
}
