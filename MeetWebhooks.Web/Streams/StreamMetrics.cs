using System.Diagnostics.Metrics;

namespace MeetWebhooks.Web.Streams;

/// <summary>The metrics of a replica's streams.</summary>
internal sealed class StreamMetrics
{
    private readonly UpDownCounter<int> _streams;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _bytes;
    private readonly Counter<int> _resets;
    private readonly Counter<int> _slow;
    private readonly Histogram<double> _age;

    /// <param name="meters">Creates the meter.</param>
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
            "meetwebhooks.streams.resets", "{reset}", "Browsers told that events are lost to them.");
        _slow = meter.CreateCounter<int>(
            "meetwebhooks.streams.slow_closed", "{stream}", "Streams closed because their browser read too slowly.");
        _age = meter.CreateHistogram<double>(
            "meetwebhooks.event.age",
            "s",
            "Time from storing an event to sending it to the browsers.",
            null,
            LogTelemetry.Times);
    }

    /// <summary>Records that a stream was opened.</summary>
    public void RecordOpened() => _streams.Add(1);

    /// <summary>Records that a stream was closed, for any reason.</summary>
    public void RecordClosed() => _streams.Add(-1);

    /// <summary>Records events that were sent to one browser, and their size.</summary>
    public void RecordSent(long events, int bytes)
    {
        if (events == 0)
            return;
        _deliveries.Add(events);
        _bytes.Add(bytes);
    }

    /// <summary>Records that a browser was told that events are lost to it.</summary>
    public void RecordReset() => _resets.Add(1);

    /// <summary>Records that a stream was closed because its browser read too slowly.</summary>
    public void RecordSlow() => _slow.Add(1);

    /// <summary>Records how old an event is when it goes to the browsers.</summary>
    /// <param name="age">The time since it was stored; negative if the clocks differ.</param>
    public void RecordAge(TimeSpan age) => _age.Record(Math.Max(age.TotalSeconds, 0));
}
