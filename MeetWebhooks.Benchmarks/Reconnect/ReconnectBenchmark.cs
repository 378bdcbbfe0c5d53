using System.CommandLine;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Reconnect;

/// <summary>All browsers come back at once, as after the restart of a replica, and want what they have missed.</summary>
internal static class ReconnectBenchmark
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var clients = new Option<int>("--clients") { Description = "Browsers.", DefaultValueFactory = _ => 5000 };
        var missed = new Option<int>("--missed")
        {
            Description = "Events while they are away.",
            DefaultValueFactory = _ => 50,
        };
        var command = new Command("reconnect", "All browsers connect at once, each with a Last-Event-ID.")
        {
            clients, missed,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            arguments.GetValue(clients),
            arguments.GetValue(missed),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int clients, int missed, CancellationToken cancellationToken)
    {
        await using var servers = await ServersUnderTest.StartAsync(options, cancellationToken);
        var report = new Report("reconnect", $"{servers.Name}, {clients:N0} browsers that missed {missed} events");
        using var publisher = new Publisher(servers.Api, options.ApiKey, 8, options.Size);

        for (var run = 0; run < options.Runs; run++)
        {
            string? position;
            using (var before = new Browsers(servers.FrontDoor, options.Stream))
            {
                before.Connect(clients);
                publisher.Publish(1);
                before.Wait(() => before.Deliveries == clients, TimeSpan.FromSeconds(30));
                position = before.All[0].LastEventId;
            }

            publisher.Publish(missed);
            using var browsers = new Browsers(servers.FrontDoor, options.Stream);
            var measurement = new Measurement(servers.Processes);
            browsers.Connect(clients, position);
            report.Add("all connected after", measurement.Elapsed.TotalMilliseconds, "ms");
            browsers.Wait(() => browsers.Deliveries >= (long)missed * clients, TimeSpan.FromSeconds(30));
            report.Add("all events there after", measurement.Elapsed.TotalMilliseconds, "ms");
            report.Add("browsers that got what they missed", browsers.All.Count(browser => browser.Events == missed));
            measurement.AddTo(report, "browser", clients);
        }

        report.Finish(options);
    }
}
