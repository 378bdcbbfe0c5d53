using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>The dashboard asks for what the application exports, by the names that Prometheus gives it.</summary>
[Collection(nameof(CountedApplication))]
public sealed partial class GrafanaDashboardTests(CountedApplication application)
{
    [GeneratedRegex(@"\b(meetwebhooks|http|dotnet)_\w+")]
    private static partial Regex Name { get; }

    [Fact]
    public async Task Every_metric_and_label_in_the_dashboard_exists()
    {
        var dashboard = JsonNode.Parse(await Repository.ReadAsync("docs/dashboard.json"))!;
        var targets = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray());
        var known = application.Metrics.SelectMany(metric => MetricsOf(metric).Concat(LabelsOf(metric))).ToHashSet();

        Assert.All(targets, target =>
        {
            var names = Name.Matches((string)target!["expr"]!).Select(name => name.Value).ToList();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Contains(name, known));
        });
    }

    private static IEnumerable<string> MetricsOf(MetricSnapshot metric)
    {
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = PrometheusName(metric.Name);
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return metric.MetricType switch
        {
            MetricType.Histogram => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            MetricType.LongSum or MetricType.DoubleSum => [$"{name}_total"],
            _ => [name],
        };
    }

    private static IEnumerable<string> LabelsOf(MetricSnapshot metric) =>
        metric.MetricPoints.SelectMany(CountedApplication.TagsOf).Select(tag => PrometheusName(tag.Key));

    private static string PrometheusName(string name) => name.Replace('.', '_');
}
