using System.CommandLine;
using MeetWebhooks.Benchmarks.Floor;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Fanout;

/// <summary>Events on their way to many browsers: what a delivery costs, and how long it takes.</summary>
internal static class FanoutBenchmark
{
    private const int Connections = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var clients = new Option<int>("--clients") { Description = "Browsers.", DefaultValueFactory = _ => 1000 };
        var rate = new Option<double>("--rate") { Description = "Events in a second.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 10 };
        var burst = new Option<int>("--burst")
        {
            Description = "Send this many events back to back instead, five times, each when all before have arrived.",
        };
        var noFloor = new Option<bool>("--no-floor") { Description = "Do not measure the floor beside." };
        var command = new Command("fanout", "Processor time per delivery, and delivery times, with many browsers.")
        {
            clients, rate, seconds, burst, noFloor,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            new Load(
                arguments.GetValue(clients), arguments.GetValue(rate), arguments.GetValue(seconds), arguments.GetValue(burst)),
            !arguments.GetValue(noFloor),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, Load load, bool withFloor, CancellationToken cancellationToken)
    {
        await using var servers = await ServersUnderTest.StartAsync(options, cancellationToken);
        var report = new Report("fanout", $"{servers.Name}, {load.Clients:N0} browsers, {load}, {options.Size} bytes each");

        using var publisher = new Publisher(servers.Api, options.ApiKey, Connections, options.Size);
        using var browsers = new Browsers(servers.FrontDoor, options.Stream);
        browsers.Connect(load.Clients);
        // What is compiled while it runs needs thousands of calls, and then some seconds, until it runs as it always will.
        publisher.Publish(1000);
        publisher.Publish(int.MaxValue, load.Rate, WarmUp);
        Arrive(browsers, publisher);

        for (var run = 0; run < options.Runs; run++)
        {
            browsers.Latencies.Clear();
            publisher.Answers.Clear();
            var delivered = browsers.Deliveries;
            var measurement = new Measurement(servers.Processes);
            load.Send(publisher, () => Arrive(browsers, publisher));
            Arrive(browsers, publisher);
            var microseconds = measurement.Microseconds;
            delivered = browsers.Deliveries - delivered;

            report.Add("deliveries", delivered);
            report.Add("deliveries per second", delivered / measurement.Elapsed.TotalSeconds);
            report.Add("browsers that got each event once", browsers.All.Count(browser => IsWhole(browser, publisher)));
            report.Add("streams closed by the server", browsers.Lost);
            report.Add("webhooks refused", publisher.Refused);
            measurement.AddTo(report, "delivery", delivered);
            if (withFloor)
            {
                var floor = await FloorProcess.MeasureAsync(
                    load.Clients, load.Rate, (int)(load.Rate * load.Seconds), options.Size, cancellationToken);
                report.Add("floor: one send per delivery", floor, "µs");
                report.Add("times the floor", microseconds / delivered / floor);
            }

            report.Add("delivery", browsers.Latencies);
            report.Add("webhook answered", publisher.Answers);
            report.Add("memory of all processes", servers.Usage.Memory / 1e6, "MB");
        }

        report.Finish(options);
    }

    private static void Arrive(Browsers browsers, Publisher publisher)
    {
        if (!browsers.Wait(() => browsers.Deliveries >= publisher.Next * browsers.All.Count || browsers.Lost > 0, Patience))
            Console.Error.WriteLine($"Only {browsers.Deliveries:N0} of {publisher.Next * browsers.All.Count:N0} have arrived.");
    }

    private static bool IsWhole(MeasuredBrowser browser, Publisher publisher) =>
        browser.Events == publisher.Next && browser.Sum == publisher.Next * (publisher.Next - 1) / 2;

    private sealed record Load(int Clients, double Rate, int Seconds, int Burst)
    {
        private const int Bursts = 5;

        public void Send(Publisher publisher, Action arrive)
        {
            if (Burst == 0)
            {
                publisher.Publish((int)(Rate * Seconds), Rate);
                return;
            }

            for (var i = 0; i < Bursts; i++)
            {
                publisher.Publish(Burst);
                arrive();
            }
        }

        public override string ToString() =>
            Burst == 0 ? $"{Rate} events a second for {Seconds} s" : $"{Bursts} bursts of {Burst} events";
    }
}
