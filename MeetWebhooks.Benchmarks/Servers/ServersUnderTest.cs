using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Servers;

/// <summary>The servers that a benchmark measures: started for it, or running already.</summary>
/// <param name="Name">What the report calls them.</param>
/// <param name="FrontDoor">Where browsers connect.</param>
/// <param name="Api">Where webhooks can be posted past the front door.</param>
/// <param name="Processes">The processes whose processor time and memory count.</param>
internal sealed record ServersUnderTest(
    string Name, Uri FrontDoor, Uri Api, IReadOnlyList<MeasuredProcess> Processes) : IAsyncDisposable
{
    private IReadOnlyList<ServerProcess> Started { get; init; } = [];

    /// <summary>Redis; null where the servers ran already.</summary>
    public RedisServer? Redis => Started.OfType<RedisServer>().SingleOrDefault();

    /// <summary>What the servers have used up to now.</summary>
    public ProcessUsage Usage => Processes.Aggregate(default(ProcessUsage), (sum, process) => sum + process.Usage);

    /// <summary>Starts an Api, a Web replica and Redis, unless the options say which servers run already.</summary>
    public static Task<ServersUnderTest> StartAsync(BenchmarkOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, [], cancellationToken);

    /// <inheritdoc cref="StartAsync(BenchmarkOptions, CancellationToken)"/>
    /// <param name="options">The benchmark's options.</param>
    /// <param name="more">Further settings of Api and Web.</param>
    /// <param name="cancellationToken">Ends every wait for them.</param>
    public static async Task<ServersUnderTest> StartAsync(
        BenchmarkOptions options, IEnumerable<(string Key, string Value)> more, CancellationToken cancellationToken)
    {
        if (options.Url is { } url)
        {
            var running = options.ProcessIds.Select(id => new MeasuredProcess($"process {id}", id));
            return new ServersUnderTest(url.ToString(), url, options.ApiUrl ?? url, [.. running]);
        }

        (string, string)[] settings =
            [("DOTNET_ENVIRONMENT", "Production"), ("Meet:ApiKey", options.ApiKey), .. more];
        List<ServerProcess> started = [];
        try
        {
            var redis = await RedisServer.StartAsync(options: [], clientOptions: "", cancellationToken);
            started.Add(redis);
            var api = await Service.StartApiAsync(redis.ConnectionString, settings, cancellationToken);
            started.Add(api);
            var web = await Service.StartWebAsync(redis.ConnectionString, api, settings, cancellationToken);
            started.Add(web);
            return new ServersUnderTest(
                "Api + Web + redis-server",
                web.Client.BaseAddress!,
                api.Client.BaseAddress!,
                [new("redis", redis.ProcessId), new("api", api.ProcessId), new("web", web.ProcessId)])
            {
                Started = started,
            };
        }
        catch
        {
            await StopAsync(started);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => StopAsync(Started);

    private static async ValueTask StopAsync(IReadOnlyList<ServerProcess> started)
    {
        foreach (var server in started.Reverse())
            await server.DisposeAsync();
    }
}
