using System.CommandLine;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks;

/// <summary>What every benchmark can be told.</summary>
/// <param name="Url">The front door of servers that run already; then none is started.</param>
/// <param name="ApiUrl">Where webhooks can be posted past that front door.</param>
/// <param name="ProcessIds">The processes of those servers.</param>
/// <param name="ApiKey">What webhooks are signed with.</param>
/// <param name="Stream">The path of the stream that browsers open.</param>
/// <param name="Size">A webhook's size in bytes.</param>
/// <param name="Runs">How often the benchmark runs.</param>
/// <param name="Json">The file that the figures are added to.</param>
internal sealed record BenchmarkOptions(
    Uri? Url,
    Uri? ApiUrl,
    IReadOnlyList<int> ProcessIds,
    string ApiKey,
    string Stream,
    int Size,
    int Runs,
    string? Json)
{
    private static readonly Option<Uri?> UrlOption = new("--url")
    {
        Description = "Start none, and measure what answers here: anything with the tutorial's GET /events and POST /webhook.",
        CustomParser = argument => new Uri(argument.Tokens[0].Value),
    };

    private static readonly Option<Uri?> ApiUrlOption = new("--api-url")
    {
        Description = "With --url: where POST /webhook is answered without a front door between.",
        CustomParser = argument => new Uri(argument.Tokens[0].Value),
    };

    private static readonly Option<int[]> ProcessOption = new("--pid")
    {
        Description = "With --url: the servers' process ids, for their processor time and memory.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string> ApiKeyOption = new("--api-key")
    {
        Description = "The API key that webhooks are signed with.",
        DefaultValueFactory = _ => Delivery.ApiKey,
    };

    private static readonly Option<string> StreamOption = new("--stream")
    {
        Description = "The stream that browsers open: events, or changes.",
        DefaultValueFactory = _ => "events",
    };

    private static readonly Option<int> SizeOption = new("--size")
    {
        Description = "A webhook's size in bytes.",
        DefaultValueFactory = _ => 700,
    };

    private static readonly Option<int> RunsOption = new("--runs")
    {
        Description = "How often to run; the table then shows every run and the median.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> JsonOption = new("--json")
    {
        Description = "Add the figures to this file, too: one line of JSON for each table.",
    };

    /// <summary>Adds these options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [UrlOption, ApiUrlOption, ProcessOption, ApiKeyOption, StreamOption, SizeOption, RunsOption, JsonOption])
            command.Options.Add(option);
    }

    /// <summary>Reads what the command line says.</summary>
    public static BenchmarkOptions From(ParseResult arguments) => new(
        arguments.GetValue(UrlOption),
        arguments.GetValue(ApiUrlOption),
        arguments.GetValue(ProcessOption)!,
        arguments.GetValue(ApiKeyOption)!,
        arguments.GetValue(StreamOption)!,
        arguments.GetValue(SizeOption),
        arguments.GetValue(RunsOption),
        arguments.GetValue(JsonOption));
}
