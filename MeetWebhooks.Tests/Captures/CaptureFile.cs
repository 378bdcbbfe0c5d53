using System.Collections.Concurrent;
using System.Text.Json;

namespace MeetWebhooks.Tests.Captures;

/// <summary>
/// What real OpenVidu Meet servers sent and answered: a folder for each version, in it <c>webhooks.jsonl</c> and
/// <c>rest.jsonl</c>, in which each line is one exchange with its name.
/// </summary>
internal static class CaptureFile
{
    /// <summary>The version that the simulator stands in for.</summary>
    public const string Simulated = "3.4.0";

    private static readonly ConcurrentDictionary<string, OrderedDictionary<string, JsonElement>> Files = [];

    /// <summary>The captured versions. <c>3.9</c> is a development branch ahead of <c>3.9.0-dev</c>.</summary>
    public static TheoryData<string> Versions => [Simulated, "3.8.0", "3.9.0-dev", "3.9"];

    /// <summary>The webhooks of a version by name, in the order in which they were sent.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Webhooks(string version) => Read(version, "webhooks");

    /// <summary>The exchanges with a version's REST API by name, in alphabetical order.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Rest(string version) => Read(version, "rest");

    private static OrderedDictionary<string, JsonElement> Read(string version, string kind) =>
        Files.GetOrAdd(Path.Combine(AppContext.BaseDirectory, "Captures", version, kind + ".jsonl"), file =>
            new(File.ReadLines(file).Select(line => JsonElement.Parse(line))
                .Select(capture => KeyValuePair.Create(capture.GetProperty("name").GetString()!, capture))));
}
