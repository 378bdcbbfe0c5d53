using System.CommandLine;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Drain;

/// <summary>
/// One of two replicas is told to stop, and its browsers reconnect to the other one: what that does to the delivery times
/// of the browsers that were there before.
/// </summary>
internal static class DrainBenchmark
{
    private const int Connections = 8;
    private const int Size = 700;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var clients = new Option<int>("--clients")
        {
            Description = "Browsers of each of the two replicas.",
            DefaultValueFactory = _ => 1000,
        };
        var rate = new Option<double>("--rate") { Description = "Events in a second.", DefaultValueFactory = _ => 20 };
        var command = new Command("drain", "Delivery times of a replica while another one stops.") { clients, rate };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments), arguments.GetValue(clients), arguments.GetValue(rate), cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int clients, double rate, CancellationToken cancellationToken)
    {
        var report = new Report("drain", $"2 replicas, {clients:N0} browsers each, {rate} events a second");
        for (var run = 0; run < options.Runs; run++)
            await RunAsync(report, options, clients, rate, cancellationToken);
        report.Finish(options);
    }

    private static async Task RunAsync(
        Report report, BenchmarkOptions options, int clients, double rate, CancellationToken cancellationToken)
    {
        (string, string)[] settings = [("DOTNET_ENVIRONMENT", "Production"), ("Meet:ApiKey", options.ApiKey)];
        await using var redis = await RedisServer.StartAsync(options: [], clientOptions: "", cancellationToken);
        await using var api = await Service.StartApiAsync(redis.ConnectionString, settings, cancellationToken);
        await using var stays = await Service.StartWebAsync(redis.ConnectionString, api, settings, cancellationToken);
        await using var stops = await Service.StartWebAsync(redis.ConnectionString, api, settings, cancellationToken);
        using var publisher = new Publisher(api.Client.BaseAddress!, options.ApiKey, Connections, Size);
        using var staying = new Browsers(stays.Client.BaseAddress!, options.Stream);
        using var leaving = new Browsers(stops.Client.BaseAddress!, options.Stream);
        using var returning = new Browsers(stays.Client.BaseAddress!, options.Stream);
        staying.Connect(clients);
        leaving.Connect(clients);
        publisher.Publish(int.MaxValue, rate, WarmUp);

        staying.Latencies.Clear();
        publisher.Publish(int.MaxValue, rate, WarmUp);
        var before = staying.Latencies.Percentile(0.99);

        staying.Latencies.Clear();
        var stop = stops.StopAsync();
        var reconnect = Task.Run(() => Reconnect(leaving, returning, clients), cancellationToken);
        while (!stop.IsCompleted || !reconnect.IsCompleted)
            publisher.Publish(int.MaxValue, rate, TimeSpan.FromSeconds(1));
        await reconnect;
        staying.Wait(() => staying.Deliveries >= publisher.Next * clients, WarmUp);
        var during = staying.Latencies.Percentile(0.99);

        report.Add("exit code of the stopped replica", await stop);
        report.Add("browsers that reconnected", returning.Open);
        report.Add("staying browsers that got each event", staying.All.Count(one => one.Events == publisher.Next));
        report.Add("delivery before, 99th percentile", before, "ms");
        report.Add("delivery during the stop, 99th percentile", during, "ms");
        report.Add("times as long", during / before);
    }

    /// <summary>Opens a stream at the other replica for each that has ended, with its last event.</summary>
    private static void Reconnect(Browsers leaving, Browsers returning, int clients)
    {
        while (returning.All.Count < clients)
        {
            var ended = leaving.Lost - returning.All.Count;
            if (ended > 0)
                returning.Connect(ended, leaving.All[0].LastEventId);
            else
                Thread.Sleep(10);
        }
    }
}
