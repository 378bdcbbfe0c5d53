using System.Globalization;
using System.Text;

namespace MeetWebhooks.Tests.Secrets;

/// <summary>What an application shows to its operator.</summary>
internal static class Emitted
{
    /// <summary>All logs, at every level, traces and metrics, as one text.</summary>
    public static string By(MeetWebhooksApplication application, TelemetryCollector telemetry)
    {
        var emitted = new StringBuilder();
        foreach (var line in application.Log.Lines)
            emitted.AppendLine(line);
        foreach (var span in telemetry.Spans)
        {
            emitted.AppendLine($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
                + string.Join(' ', span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}")));
        }

        foreach (var metric in application.ReadMetrics(telemetry))
        {
            foreach (var point in metric.MetricPoints)
            {
                foreach (var (name, value) in point.Tags)
                    emitted.AppendLine(CultureInfo.InvariantCulture, $"{metric.Name} {name}={value}");
            }
        }

        return emitted.ToString();
    }
}
