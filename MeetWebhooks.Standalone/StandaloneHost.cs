using MeetWebhooks.Api;
using MeetWebhooks.Redis;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Simulator;
using MeetWebhooks.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Standalone;

/// <summary>
/// The whole system in one process: Redis (embedded), OpenVidu Meet (simulated), the Api and the Web replicas, each on a
/// port of its own and wired by configuration, as they would be as processes of their own. Where the configuration names a
/// Redis or an OpenVidu Meet, that one is used and none is started.
/// </summary>
public sealed partial class StandaloneHost(
    IConfiguration configuration,
    IHostEnvironment environment,
    IOptions<StandaloneOptions> options,
    TimeProvider time,
    ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private const string AnyFreePort = "http://127.0.0.1:0";

    private readonly StandaloneOptions _options = options.Value;
    private readonly Stack<WebApplication> _running = [];
    private readonly List<Uri> _frontDoors = [];
    private readonly Dictionary<string, string?> _wiring = [];
    private readonly List<WebApplication> _replicas = [];
    private EmbeddedRedis? _redis;
    private WebApplication? _api;

    /// <summary>Where Redis is, as a connection string.</summary>
    public string Redis { get; private set; } = "";

    /// <summary>Where OpenVidu Meet is.</summary>
    public Uri Meet { get; private set; } = new("http://localhost:9080");

    /// <summary>Where the Api is.</summary>
    public Uri Api { get; private set; } = new(AnyFreePort);

    /// <summary>Where the Web replicas are.</summary>
    public IReadOnlyList<Uri> FrontDoors => _frontDoors;

    /// <summary>Starts all parts, each when those that it needs answer.</summary>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="PortInUseException">Another program has one of the ports.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            StartRedis();
            var simulator = await StartMeetAsync(cancellationToken);
            await StartApiAsync(cancellationToken);
            for (var replica = 0; replica < _options.WebReplicas; replica++)
                await StartReplicaAsync(replica, cancellationToken);
            if (simulator is not null)
                DeliverTo(simulator, new Uri(_frontDoors[0], "webhook"));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all parts, in the opposite order.</summary>
    /// <param name="cancellationToken">Ends the patience with them.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var app in _running)
            await app.StopAsync(cancellationToken);
    }

    /// <summary>Stops the Api alone, to see how the others bear it.</summary>
    /// <param name="cancellationToken">Ends the patience with it.</param>
    public Task StopApiAsync(CancellationToken cancellationToken) => _api?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Stops one replica alone.</summary>
    /// <param name="replica">Which one, counted from 0.</param>
    /// <param name="cancellationToken">Ends the patience with it.</param>
    public Task StopReplicaAsync(int replica, CancellationToken cancellationToken) =>
        _replicas[replica].StopAsync(cancellationToken);

    /// <summary>Waits, but not for ever, until every part is healthy.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether all are; the one thing that they can wait for is Redis.</returns>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _running)
        {
            var health = part.Services.GetRequiredService<HealthCheckService>();
            for (var attempt = 1; await StatusAsync() != HealthStatus.Healthy; attempt++)
            {
                if (attempt == 20)
                    return false;
                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            }

            async Task<HealthStatus> StatusAsync() => (await health.CheckHealthAsync(cancellationToken)).Status;
        }

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var app))
            await app.DisposeAsync();
        _redis?.Dispose();
        _redis = null;
    }

    private void StartRedis()
    {
        if (configuration.GetConnectionString("redis") is { Length: > 0 } redis)
        {
            Redis = redis;
        }
        else
        {
            _redis = EmbeddedRedis.Start();
            Redis = _redis.ConnectionString;
        }

        _wiring["ConnectionStrings:redis"] = Redis;
    }

    private async Task<WebApplication?> StartMeetAsync(CancellationToken cancellationToken)
    {
        string?[] settings = [configuration["Meet:ServerUrl"], configuration["OV_MEET_SERVER_URL"]];
        if (settings.FirstOrDefault(setting => !string.IsNullOrWhiteSpace(setting)) is { } serverUrl)
        {
            // Whether it is a good one is for the Api to say.
            Meet = Uri.TryCreate(serverUrl, UriKind.Absolute, out var meet) ? meet : Meet;
            return null;
        }

        var builder = Part("MeetWebhooks.Simulator", _options.SimulatorUrl);
        builder.AddSimulator();
        var app = builder.Build();
        app.MapSimulator();
        Meet = await RunAsync(app, cancellationToken);
        _wiring["Meet:ServerUrl"] = Meet.GetLeftPart(UriPartial.Authority);
        _wiring["Meet:ApiKey"] = app.Configuration["Simulator:ApiKey"] ?? "meet-api-key";
        return app;
    }

    private async Task StartApiAsync(CancellationToken cancellationToken)
    {
        var builder = Part("MeetWebhooks.Api", AnyFreePort);
        builder.AddWiring();
        builder.AddApi();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapApi();
        Api = await RunAsync(_api = app, cancellationToken);
        _wiring["services:api:http:0"] = Api.GetLeftPart(UriPartial.Authority);
    }

    private async Task StartReplicaAsync(int replica, CancellationToken cancellationToken)
    {
        var builder = Part("MeetWebhooks.Web", _options.FrontDoorUrlOf(replica));
        // Which hosts are allowed is a question to the front door; the parts behind it go by other names.
        builder.Configuration["AllowedHosts"] = configuration["AllowedHosts"] ?? "*";
        builder.AddWiring();
        builder.AddWeb();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapWeb();
        _frontDoors.Add(await RunAsync(app, cancellationToken));
        _replicas.Add(app);
    }

    /// <summary>A part as it would be in a process of its own, but with this host's settings, clock, and logs.</summary>
    private WebApplicationBuilder Part(string name, string url)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = name, EnvironmentName = environment.EnvironmentName });
        builder.Configuration.AddConfiguration(configuration);
        builder.Configuration.AddInMemoryCollection(_wiring);
        builder.Configuration.AddInMemoryCollection([new("urls", url), new("AllowedHosts", "*")]);
        builder.WebHost.UseUrls(url);
        builder.Services.AddSingleton(time);
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, PartLifetime>());
        return builder;
    }

    private async Task<Uri> RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        _running.Push(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new PortInUseException(app.Configuration["urls"]!, exception);
        }

        // Kestrel's own words for «all interfaces» lead nowhere.
        var address = app.Urls.First().Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        return new Uri(address);
    }

    // Only now is the front door's port known, where any was asked for.
    private static void DeliverTo(WebApplication simulator, Uri webhook)
    {
        simulator.Configuration["Simulator:WebhookUrl"] = webhook.ToString();
        ((IConfigurationRoot)simulator.Configuration).Reload();
    }

    /// <summary>A part stops when the host says so, and not by signals of its own.</summary>
    private sealed class PartLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
