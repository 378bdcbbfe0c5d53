using System.Diagnostics;

namespace MeetWebhooks.Tests.Faults;

/// <summary>The Api or a Web replica as it runs in production: a process of its own.</summary>
public sealed class Service : ServerProcess
{
    private readonly string _assembly;
    private readonly Dictionary<string, string> _settings;

    private Service(string assembly, string redis, (string Key, string Value)[] settings)
    {
        _assembly = assembly;
        _settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        _settings["ConnectionStrings:redis"] = redis;
        _settings["urls"] = $"http://127.0.0.1:{Port}";
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(_settings["urls"]),
            Timeout = Eventually.Limit,
        };
    }

    /// <summary>A client of it.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts an Api.</summary>
    public static Task<Service> StartApiAsync(string redis, params (string Key, string Value)[] settings) =>
        StartAsync("MeetWebhooks.Api", redis, settings);

    /// <summary>Starts a Web replica.</summary>
    public static Task<Service> StartWebAsync(string redis, Service api, params (string Key, string Value)[] settings) =>
        StartAsync(
            "MeetWebhooks.Web", redis, [("services:api:http:0", api.Client.BaseAddress!.ToString()), .. settings]);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Client.Dispose();
        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Describe()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, _assembly + ".dll")])
        {
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (key, value) in _settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await Client.GetAsync("alive", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<Service> StartAsync(string assembly, string redis, (string Key, string Value)[] settings)
    {
        var service = new Service(assembly, redis, settings);
        await service.RunAsync();
        return service;
    }
}
