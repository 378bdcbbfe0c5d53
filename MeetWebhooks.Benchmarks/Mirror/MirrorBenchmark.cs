using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Results;
using MeetWebhooks.Benchmarks.Servers;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Mirror;

/// <summary>What it costs to know all rooms and recordings: reading OpenVidu Meet's lists, keeping and answering them.</summary>
internal static class MirrorBenchmark
{
    private const int Repeats = 20;

    // Many rooms on a slow machine: a reading takes seconds, and the pause after it ten times as long.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var rooms = new Option<int>("--rooms") { Description = "Rooms.", DefaultValueFactory = _ => 10_000 };
        var recordings = new Option<int>("--recordings") { Description = "Recordings.", DefaultValueFactory = _ => 10_000 };
        var command = new Command("mirror", "Reading OpenVidu Meet's lists, memory, snapshot, and GET /rooms.")
        {
            rooms, recordings,
        };
        BenchmarkOptions.AddTo(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(
            BenchmarkOptions.From(arguments),
            arguments.GetValue(rooms),
            arguments.GetValue(recordings),
            cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        BenchmarkOptions options, int rooms, int recordings, CancellationToken cancellationToken)
    {
        if (options.Url is not null)
            throw new InvalidOperationException("This benchmark starts its own servers. Leave out --url.");
        await using var meet = await FakeMeet.StartAsync(rooms, recordings);
        var report = new Report("mirror", $"Api + Web + redis-server, {rooms:N0} rooms, {recordings:N0} recordings");
        for (var run = 0; run < options.Runs; run++)
            await RunAsync(report, options, meet, cancellationToken);
        report.Finish(options);
    }

    private static async Task RunAsync(
        Report report, BenchmarkOptions options, FakeMeet meet, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await using var servers = await ServersUnderTest.StartAsync(
            options, [("Meet:ServerUrl", meet.Url), ("Meet:ReconciliationInterval", "00:00:01")], cancellationToken);
        using var frontDoor = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = servers.FrontDoor,
            Timeout = Limit,
        };
        foreach (var list in new[] { "rooms", "recordings" })
            await Eventually.TrueAsync(() => IsKnownAsync(frontDoor, list, cancellationToken), Limit, cancellationToken);
        report.Add("both lists known after the start", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");

        var reading = await meet.NextReadingAsync(cancellationToken).WaitAsync(Limit, cancellationToken);
        report.Add("a reading without differences", reading.Time.TotalMilliseconds, "ms");
        report.Add("requests to OpenVidu Meet", reading.Requests);
        foreach (var process in servers.Processes)
            report.Add($"memory of {process.Name}", process.Usage.Memory / 1e6, "MB");
        report.Add("snapshot in Redis", await SnapshotSizeAsync(servers.Redis!) / 1e6, "MB");

        foreach (var encoding in new[] { "identity", "br" })
            await AddAnswersAsync(report, frontDoor, encoding, cancellationToken);
    }

    /// <summary>Whether a list is known. It is not asked for itself, so that nothing is encoded yet.</summary>
    private static async Task<bool> IsKnownAsync(HttpClient frontDoor, string list, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, list);
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        using var answer = await frontDoor.SendAsync(request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotModified;
    }

    private static async Task<long> SnapshotSizeAsync(RedisServer redis)
    {
        const string Key = "{meet-webhooks}:snapshot";
        var name = ((string)(await redis.ExecuteAsync("GET", Key))!).Split(' ')[0];
        return (long)await redis.ExecuteAsync("STRLEN", $"{Key}:{name}");
    }

    private static async Task AddAnswersAsync(
        Report report, HttpClient frontDoor, string encoding, CancellationToken cancellationToken)
    {
        var name = $"GET /rooms, {encoding}";
        var repeated = new Latencies();
        for (var n = 0; n <= Repeats; n++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "rooms");
            request.Headers.AcceptEncoding.ParseAdd(encoding);
            var start = Stopwatch.GetTimestamp();
            using var answer = await frontDoor.SendAsync(request, cancellationToken);
            var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
            var ticks = Stopwatch.GetTimestamp() - start;
            if (n > 0)
            {
                repeated.Add(ticks);
                continue;
            }

            report.Add($"{name}: size", body.Length / 1e6, "MB");
            report.Add($"{name}: first answer", Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds, "ms");
        }

        report.Add($"{name}: repeated answer, median", repeated.Percentile(0.5), "ms");
    }
}
