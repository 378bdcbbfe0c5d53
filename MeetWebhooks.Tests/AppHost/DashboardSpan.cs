using System.Text.Json;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>A span as the dashboard has it.</summary>
/// <param name="Resource">The name of the resource that it comes from.</param>
/// <param name="Instance">Which of the resource's replicas.</param>
/// <param name="TraceId">The trace that it is part of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">Its attributes that are texts.</param>
public sealed record DashboardSpan(
    string Resource, string Instance, string TraceId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Reads OTLP's JSON, as the dashboard's API answers it.</summary>
    public static IReadOnlyList<DashboardSpan> Read(string answer) => [..
        from resource in JsonElement.Parse(answer).GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
        let of = Texts(resource.GetProperty("resource"))
        from scope in resource.GetProperty("scopeSpans").EnumerateArray()
        from span in scope.GetProperty("spans").EnumerateArray()
        select new DashboardSpan(
            of["service.name"],
            of["service.instance.id"],
            span.GetProperty("traceId").GetString()!,
            span.GetProperty("name").GetString()!,
            Texts(span))];

    private static Dictionary<string, string> Texts(JsonElement element)
    {
        var texts = new Dictionary<string, string>();
        if (!element.TryGetProperty("attributes", out var attributes))
            return texts;
        foreach (var attribute in attributes.EnumerateArray())
        {
            if (attribute.GetProperty("value").TryGetProperty("stringValue", out var text))
                texts[attribute.GetProperty("key").GetString()!] = text.GetString()!;
        }

        return texts;
    }
}
