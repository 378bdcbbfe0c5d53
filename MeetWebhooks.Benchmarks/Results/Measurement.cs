using System.Diagnostics;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Results;

/// <summary>Processor time and time on the clock, from its creation on.</summary>
internal sealed class Measurement
{
    private readonly IReadOnlyList<MeasuredProcess> _servers;
    private readonly List<TimeSpan> _before;
    private readonly TimeSpan _ownBefore = Own();
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <param name="servers">Whose processor time is measured, beside this process's.</param>
    public Measurement(IReadOnlyList<MeasuredProcess> servers)
    {
        _servers = servers;
        _before = [.. servers.Select(server => server.Usage.Processor)];
    }

    /// <summary>How much time has gone by.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The processor time of all servers together, in microseconds.</summary>
    public double Microseconds => Each().Sum(server => server.Microseconds);

    /// <summary>Adds what one piece of work cost.</summary>
    /// <param name="report">The report.</param>
    /// <param name="piece">What the piece is, for example <c>delivery</c>.</param>
    /// <param name="count">How many there were.</param>
    public void AddTo(Report report, string piece, long count)
    {
        var each = Each();
        if (each.Count > 0)
            report.Add($"processor time per {piece}", each.Sum(server => server.Microseconds) / count, "µs");
        if (each.Count > 1)
        {
            foreach (var (name, microseconds) in each)
                report.Add($"  of {name}", microseconds / count, "µs");
        }

        report.Add("  of the load generator", (Own() - _ownBefore).TotalMicroseconds / count, "µs");
    }

    private List<(string Name, double Microseconds)> Each() =>
    [
        .. _servers.Zip(_before, (server, before) =>
            (server.Name, (server.Usage.Processor - before).TotalMicroseconds)),
    ];

    private static TimeSpan Own() => ProcessUsage.Of(Environment.ProcessId).Processor;
}
