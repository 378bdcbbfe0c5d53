using System.CommandLine;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Ingest;

/// <summary>Webhooks as fast as they are accepted, to the Api and through the front door.</summary>
internal static class IngestBenchmark
{
    // What is compiled while it runs takes some seconds under load until it runs as it always will.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var connections = new Option<int>("--connections")
        {
            Description = "Webhooks that are under way at once.",
            DefaultValueFactory = _ => 32,
        };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 5 };
        var command = new Command("ingest", "Signed webhooks accepted in a second, and how soon they are answered.")
        {
            connections, seconds,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            arguments.GetValue(connections),
            TimeSpan.FromSeconds(arguments.GetValue(seconds)),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int connections, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var servers = await ServersUnderTest.StartAsync(options, cancellationToken);
        foreach (var url in new[] { servers.Api, servers.FrontDoor }.Distinct())
        {
            var way = url == servers.FrontDoor ? "front door" : "Api";
            var report = new Report(
                $"ingest-{way.ToLowerInvariant().Replace(' ', '-')}",
                $"{servers.Name}, {connections} connections to the {way}, {options.Size} bytes each");
            using var publisher = new Publisher(url, options.ApiKey, connections, options.Size);
            publisher.Publish(int.MaxValue, limit: WarmUp);

            for (var run = 0; run < options.Runs; run++)
            {
                publisher.Answers.Clear();
                var measurement = new Measurement(servers.Processes);
                var sent = publisher.Publish(int.MaxValue, limit: time);
                report.Add("webhooks per second", sent / measurement.Elapsed.TotalSeconds);
                report.Add("webhooks refused", publisher.Refused);
                measurement.AddTo(report, "webhook", sent);
                report.Add("answered", publisher.Answers);
            }

            report.Finish(options);
        }
    }
}
