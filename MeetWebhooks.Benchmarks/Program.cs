using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Running;
using MeetWebhooks.Benchmarks.Connections;
using MeetWebhooks.Benchmarks.Fanout;
using MeetWebhooks.Benchmarks.Floor;
using MeetWebhooks.Benchmarks.Ingest;
using MeetWebhooks.Benchmarks.Pieces;
using MeetWebhooks.Benchmarks.Reconnect;
using MeetWebhooks.Benchmarks.Soak;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var commands = new RootCommand("Measures MeetWebhooks, or anything else that answers GET /events and POST /webhook.")
{
    FanoutBenchmark.Command(),
    IngestBenchmark.Command(),
    ConnectionsBenchmark.Command(),
    ReconnectBenchmark.Command(),
    SoakBenchmark.Command(),
    Pieces(),
    FloorProcess.Server(),
};
return await commands.Parse(args).InvokeAsync();

static Command Pieces()
{
    var arguments = new Argument<string[]>("arguments") { Description = "BenchmarkDotNet's, for example --filter '*'." };
    var command = new Command("pieces", "BenchmarkDotNet's measure of single steps.") { arguments };
    command.TreatUnmatchedTokensAsErrors = false;
    command.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(PiecesConfig).Assembly)
        .Run([.. parsed.GetValue(arguments)!, .. parsed.UnmatchedTokens]));
    return command;
}
