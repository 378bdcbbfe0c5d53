using System.CommandLine;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Connections;

/// <summary>Many open streams: the memory of each, and whether all of them get every event.</summary>
internal static class ConnectionsBenchmark
{
    private const int WarmUpClients = 200;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var clients = new Option<int>("--clients")
        {
            Description = "Open streams. Processes of this user may have some 100 handles more (ulimit -n).",
            DefaultValueFactory = _ => 10_000,
        };
        var rate = new Option<double>("--rate") { Description = "Events in a second.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 10 };
        var command = new Command("connections", "Memory per open stream, and whether all streams get every event.")
        {
            clients, rate, seconds,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            arguments.GetValue(clients),
            arguments.GetValue(rate),
            arguments.GetValue(seconds),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int clients, double rate, int seconds, CancellationToken cancellationToken)
    {
        Report? report = null;
        for (var run = 0; run < options.Runs; run++)
        {
            await using var servers = await ServersUnderTest.StartAsync(options, cancellationToken);
            report ??= new Report(
                "connections", $"{servers.Name}, {clients:N0} streams, {rate} events a second for {seconds} s");
            using var publisher = new Publisher(servers.Api, options.ApiKey, 8, options.Size);
            using (var first = new Browsers(servers.FrontDoor, options.Stream))
            {
                first.Connect(WarmUpClients);
                publisher.Publish(100, 50);
            }

            await Task.Delay(Settling, cancellationToken);
            var before = servers.Usage;
            using var browsers = new Browsers(servers.FrontDoor, options.Stream);
            var connecting = new Measurement(servers.Processes);
            browsers.Connect(clients);
            report.Add("streams opened per second", clients / connecting.Elapsed.TotalSeconds);
            report.Add("processor time per opened stream", connecting.Microseconds / clients, "µs");

            await Task.Delay(Settling, cancellationToken);
            var opened = servers.Usage;
            report.Add("memory before", before.Memory / 1e6, "MB");
            report.Add("memory per stream, idle", PerStream(opened), "KB");

            var published = (int)(rate * seconds);
            var measurement = new Measurement(servers.Processes);
            publisher.Publish(published, rate);
            browsers.Wait(() => browsers.Deliveries >= (long)published * clients, TimeSpan.FromSeconds(60));
            measurement.AddTo(report, "delivery", browsers.Deliveries);
            report.Add("memory per stream, with events", PerStream(servers.Usage), "KB");
            report.Add("streams open", browsers.Open);
            report.Add("streams closed by the server", browsers.Lost);
            report.Add("streams that got each event once", browsers.All.Count(IsWhole));
            report.Add("delivery", browsers.Latencies);

            bool IsWhole(MeasuredBrowser browser) =>
                browser.Events == published
                && browser.Sum == Enumerable.Range(0, published).Sum(i => publisher.Next - 1 - i);

            double PerStream(ProcessUsage usage) => (usage.Memory - before.Memory) / 1e3 / clients;
        }

        report!.Finish(options);
    }
}
