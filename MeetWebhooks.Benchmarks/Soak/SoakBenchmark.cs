using System.CommandLine;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Soak;

/// <summary>A steady load with browsers that come and go: what the servers hold must not grow.</summary>
internal static class SoakBenchmark
{
    private const int Samples = 8;

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var clients = new Option<int>("--clients") { Description = "Browsers at a time.", DefaultValueFactory = _ => 500 };
        var comers = new Option<int>("--comers")
        {
            Description = "Browsers that come, and as many that go, in a second.",
            DefaultValueFactory = _ => 50,
        };
        var rate = new Option<double>("--rate") { Description = "Events in a second.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 120 };
        var command = new Command("soak", "Two minutes of steady load: memory, handles and threads must stay flat.")
        {
            clients, comers, rate, seconds,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            arguments.GetValue(clients),
            arguments.GetValue(comers),
            arguments.GetValue(rate),
            arguments.GetValue(seconds),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int clients, int comers, double rate, int seconds, CancellationToken cancellationToken)
    {
        await using var servers = await ServersUnderTest.StartAsync(options, cancellationToken);
        var report = new Report(
            "soak", $"{servers.Name}, {clients} browsers, {comers} come and go per second, {rate} events a second");
        // One webhook at a time: the browsers see any that is missing by its number.
        using var publisher = new Publisher(servers.Api, options.ApiKey, 1, options.Size);
        using var browsers = new Browsers(servers.FrontDoor, options.Stream);
        browsers.Connect(clients);

        var oldest = 0;
        for (var second = 1; second <= seconds; second++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < comers; i++)
                browsers.All[oldest++].IsLeaving = true;
            browsers.Connect(comers);
            publisher.Publish(int.MaxValue, rate, TimeSpan.FromSeconds(1));
            if (second % Math.Max(seconds / Samples, 1) == 0)
                Sample(report, servers.Usage);
        }

        report.Finish(options);
        report = new Report("soak-deliveries", "what the browsers got");
        report.Add("deliveries", browsers.Deliveries);
        report.Add("browsers", browsers.All.Count);
        report.Add("events that a browser missed or got twice", browsers.All.Sum(browser => browser.Skips));
        report.Add("streams closed by the server", browsers.Lost);
        report.Add("webhooks refused", publisher.Refused);
        report.Add("delivery", browsers.Latencies);
        report.Finish(options);
    }

    private static void Sample(Report report, ProcessUsage usage)
    {
        report.Add("memory", usage.Memory / 1e6, "MB");
        report.Add("handles", usage.Handles);
        report.Add("threads", usage.Threads);
    }
}
