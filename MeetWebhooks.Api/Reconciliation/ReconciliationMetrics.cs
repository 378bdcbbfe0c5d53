using System.Diagnostics;
using System.Diagnostics.Metrics;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// What is told of readings, and of the rooms and recordings themselves. No name or id of one is a tag.
/// </summary>
internal sealed class ReconciliationMetrics
{
    private static readonly ActivitySource Source = new("MeetWebhooks.Api");

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _differences;

    /// <summary>Creates the instruments.</summary>
    public ReconciliationMetrics(IMeterFactory meters, LiveMirror mirror)
    {
        var meter = meters.Create("MeetWebhooks.Api");
        _duration = meter.CreateHistogram(
            "meetwebhooks.reconciliation.duration", "s", "How long reading OpenVidu Meet's lists took.", null, LogTelemetry.Times);
        _differences = meter.CreateCounter<long>(
            "meetwebhooks.reconciliation.differences", "{item}",
            "Rooms and recordings that were otherwise at OpenVidu Meet than known here.");
        meter.CreateObservableGauge(
            "meetwebhooks.rooms",
            () => Count(mirror.View.State, ItemKind.Room, "meetwebhooks.room.status"),
            "{room}",
            "Rooms by their status; a meeting is in progress in those that are active_meeting.");
        meter.CreateObservableGauge(
            "meetwebhooks.recordings",
            () => Count(mirror.View.State, ItemKind.Recording, "meetwebhooks.recording.status"),
            "{recording}",
            "Recordings by their status; those that are starting, active or ending are in progress.");
    }

    /// <summary>Starts the span of a reading.</summary>
    public static Activity? StartReading() => Source.StartActivity("reconcile", ActivityKind.Internal, parentContext: default);

    /// <summary>Records that a reading ended.</summary>
    public void ReadingEnded(TimeSpan duration, bool isSuccess) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("meetwebhooks.reconciliation.succeeded", isSuccess));

    /// <summary>Counts the differences that readings find.</summary>
    public void Found(IReadOnlyList<Difference> differences)
    {
        foreach (var same in differences.CountBy(difference => (difference.Kind, Change: ChangeOf(difference))))
        {
            _differences.Add(
                same.Value,
                new("meetwebhooks.item.kind", same.Key.Kind == ItemKind.Room ? "room" : "recording"),
                new("meetwebhooks.item.change", same.Key.Change));
        }
    }

    private static string ChangeOf(Difference difference) =>
        difference.Item is null ? "deleted" : difference.IsNew ? "added" : "updated";

    private static IEnumerable<Measurement<int>> Count(MirrorState state, ItemKind kind, string tag)
    {
        if (!state.IsComplete)
            return [];
        string[] known = kind == ItemKind.Room
            ? ["open", "active_meeting", "closed"]
            : ["starting", "active", "ending", "complete", "failed", "aborted", "limit_reached"];
        var counts = state.Items(kind).Values
            .CountBy(item => item.Item.Text("status") is { } status && known.Contains(status) ? status : "other")
            .ToDictionary();
        return known.Append("other").Select(status => new Measurement<int>(
            counts.GetValueOrDefault(status), new KeyValuePair<string, object?>(tag, status)));
    }
}
