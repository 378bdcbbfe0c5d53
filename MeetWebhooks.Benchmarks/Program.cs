using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using BenchmarkDotNet.Running;
using MeetWebhooks.Benchmarks.Connections;
using MeetWebhooks.Benchmarks.Drain;
using MeetWebhooks.Benchmarks.Fanout;
using MeetWebhooks.Benchmarks.Floor;
using MeetWebhooks.Benchmarks.Ingest;
using MeetWebhooks.Benchmarks.Mirror;
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
    DrainBenchmark.Command(),
    SoakBenchmark.Command(),
    MirrorBenchmark.Command(),
    Pieces(),
    FloorProcess.Server(),
};
try
{
    return await commands.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is InvalidOperationException or SocketException or TimeoutException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static Command Pieces()
{
    var arguments = new Argument<string[]>("arguments") { Description = "BenchmarkDotNet's, for example --filter '*'." };
    var command = new Command("pieces", "BenchmarkDotNet's measure of single steps.") { arguments };
    command.TreatUnmatchedTokensAsErrors = false;
    command.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(PiecesConfig).Assembly)
        .Run([.. parsed.GetValue(arguments)!, .. parsed.UnmatchedTokens]));
    return command;
}
