using System.Globalization;

namespace MeetWebhooks.Benchmarks.Servers;

/// <summary>The servers that a benchmark measures: started for it, or running already.</summary>
/// <param name="Name">What the report calls them.</param>
/// <param name="FrontDoor">Where browsers connect.</param>
/// <param name="Api">Where webhooks can be posted past the front door.</param>
/// <param name="ApiKey">What webhooks must be signed with.</param>
/// <param name="Processes">Whose processor time and memory counts.</param>
internal sealed record ServersUnderTest(
    string Name, Uri FrontDoor, Uri Api, string ApiKey, IReadOnlyList<Server> Processes) : IDisposable
{
    /// <summary>Starts what the options ask for.</summary>
    public static async Task<ServersUnderTest> StartAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (options.Url is { } url)
        {
            var running = options.ProcessIds.Select(id => new Server($"process {id}", id));
            return new ServersUnderTest(url.ToString(), url, options.ApiUrl ?? url, options.ApiKey, [.. running]);
        }

        return await StartProcessesAsync(options.ApiKey, cancellationToken);
    }

    /// <summary>What the servers have used up to now.</summary>
    public ProcessUsage Usage() => ProcessUsage.Of(Processes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in Processes.Reverse())
            process.Stop();
    }

    /// <summary>A program of this solution, as it was built with the benchmarks.</summary>
    public static string[] Program(string assembly, params string[] arguments) =>
        ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments];

    private static async Task<ServersUnderTest> StartProcessesAsync(string apiKey, CancellationToken cancellationToken)
    {
        var (redisPort, apiPort, webPort) = (Server.FreePort(), Server.FreePort(), Server.FreePort());
        var (api, web) = (Address(apiPort), Address(webPort));
        List<Server> started = [];
        try
        {
            await StartAsync("redis", redisPort,
                ["redis-server", "--bind", "127.0.0.1", "--port", Text(redisPort), "--save", "", "--appendonly", "no"]);
            await StartAsync("api", apiPort, Program("MeetWebhooks.Api"),
                ("urls", api.ToString()), ("Meet__ApiKey", apiKey), ("ConnectionStrings__redis", $"127.0.0.1:{redisPort}"));
            await StartAsync("web", webPort, Program("MeetWebhooks.Web"),
                ("urls", web.ToString()), ("services__api__http__0", api.ToString()),
                ("ConnectionStrings__redis", $"127.0.0.1:{redisPort}"));
        }
        catch
        {
            started.ForEach(server => server.Stop());
            throw;
        }

        return new ServersUnderTest("Api + Web + redis-server", web, api, apiKey, started);

        Task StartAsync(string name, int port, string[] program, params (string, string)[] settings)
        {
            started.Add(Server.Start(name, program, [("DOTNET_ENVIRONMENT", "Production"), .. settings]));
            return started[^1].AcceptsAsync(port, cancellationToken);
        }
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
