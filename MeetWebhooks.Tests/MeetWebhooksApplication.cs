using System.Net;
using System.Text;
using MeetWebhooks.Api;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Simulator;
using MeetWebhooks.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace MeetWebhooks.Tests;

/// <summary>
/// The application that tests start from: Redis (embedded), a simulated OpenVidu Meet, the Api and as many Web replicas as
/// a test needs, all in this process, each on a free port and wired by configuration as separate processes would be. The
/// simulator delivers to the first replica.
/// </summary>
public sealed class MeetWebhooksApplication : IAsyncDisposable
{
    /// <summary>
    /// The setting with which Meet's lists are read. Without it they never are, and no events of our own disturb a test.
    /// </summary>
    public static readonly (string Key, string Value) WithLists = ("Meet:ReconciliationInterval", "00:00:15");

    private const string AnyFreePort = "http://127.0.0.1:0";

    private readonly Dictionary<string, string?> _settings;
    private readonly IHost _telemetry;
    private readonly TimeProvider _time;
    private readonly Stack<WebApplication> _running = [];
    private readonly List<WebApplication> _replicas = [];
    private readonly List<HttpClient> _clients = [];
    private readonly List<HttpClient> _frontDoors = [];
    private EmbeddedServer? _redis;
    private WebApplication _api = null!;

    private MeetWebhooksApplication(
        TimeProvider? time, TelemetryCollector? telemetry, IEnumerable<(string Key, string Value)> settings)
    {
        _time = time ?? TimeProvider.System;
        // A heartbeat wakes every stream, and would hide that an event did not.
        _settings = new() { ["Streams:Heartbeat"] = "00:10:00" };
        foreach (var (key, value) in settings)
            _settings[key] = value;

        // Logs and telemetry of all parts.
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)
            // As in production; who is to blame is told by the forwarder of our own.
            .AddFilter("Yarp", level => level != LogLevel.Warning);
        if (telemetry is not null)
        {
            builder.AddTelemetry();
            telemetry.Collect(builder.Services);
        }

        _telemetry = builder.Build();
    }

    /// <summary>A client of the first front door.</summary>
    public HttpClient FrontDoor => FrontDoors[0];

    /// <summary>A client of each front door.</summary>
    public IReadOnlyList<HttpClient> FrontDoors => _frontDoors;

    /// <summary>A client of the Api itself.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>A client of the simulated OpenVidu Meet, with the API key.</summary>
    public HttpClient Meet { get; private set; } = null!;

    /// <summary>The Api's services.</summary>
    public IServiceProvider ApiServices => _api.Services;

    /// <summary>Redis, as a connection string.</summary>
    public string Redis { get; private set; } = "";

    /// <summary>All that the application logs.</summary>
    public LogText Log { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts the application.</summary>
    /// <param name="replicas">How many Web replicas.</param>
    /// <param name="time">The clock of all parts.</param>
    /// <param name="settings">
    /// Settings as in configuration, for example <c>("Streams:Heartbeat", "00:00:01")</c>. With
    /// <c>ConnectionStrings:redis</c> or <c>Meet:ServerUrl</c> the embedded Redis or the simulator is not started.
    /// </param>
    public static Task<MeetWebhooksApplication> StartAsync(
        int replicas = 1, TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        StartAsync(replicas, time, telemetry: null, settings);

    /// <summary>Starts the application with its telemetry on.</summary>
    /// <param name="telemetry">Gets what an OpenTelemetry collector would.</param>
    /// <param name="replicas">How many Web replicas.</param>
    /// <param name="settings">Settings as in configuration.</param>
    public static Task<MeetWebhooksApplication> StartAsync(
        TelemetryCollector telemetry, int replicas, params (string Key, string Value)[] settings) =>
        StartAsync(replicas, time: null, telemetry, settings);

    /// <summary>Delivers to the first front door, and fails the test unless it was accepted.</summary>
    public async Task DeliverAsync(Delivery delivery)
    {
        using var answer = await delivery.PostAsync(FrontDoor, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Has the application's metrics read now.</summary>
    public IReadOnlyList<MetricSnapshot> ReadMetrics(TelemetryCollector telemetry) =>
        telemetry.ReadMetrics(_telemetry.Services);

    /// <summary>Stops the Api, as if its machine were gone.</summary>
    public Task StopApiAsync() => _api.StopAsync(Cancel);

    /// <summary>Stops a replica, as a deployment does.</summary>
    public Task StopReplicaAsync(int replica) => _replicas[replica].StopAsync(Cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        while (_running.TryPop(out var part))
        {
            await part.StopAsync(CancellationToken.None);
            await part.DisposeAsync();
        }

        await _telemetry.StopAsync(CancellationToken.None);
        _telemetry.Dispose();
        _redis?.Dispose();
    }

    private static async Task<MeetWebhooksApplication> StartAsync(
        int replicas, TimeProvider? time, TelemetryCollector? telemetry, (string Key, string Value)[] settings)
    {
        var application = new MeetWebhooksApplication(time, telemetry, settings);
        try
        {
            await application.StartAsync(replicas);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(int replicas)
    {
        await _telemetry.StartAsync(Cancel);
        if (string.IsNullOrEmpty(_settings.GetValueOrDefault("ConnectionStrings:redis")))
        {
            _redis = EmbeddedServer.Start();
            _settings["ConnectionStrings:redis"] = _redis.ConnectionString;
        }

        Redis = _settings["ConnectionStrings:redis"]!;
        var simulator = await StartMeetAsync();
        await StartApiAsync();
        for (var replica = 0; replica < replicas; replica++)
            await StartReplicaAsync();
        if (simulator is null)
            return;
        DeliverTo(simulator, new Uri(FrontDoor.BaseAddress!, "webhook"));
        if (!_settings.ContainsKey(WithLists.Key))
            return;
        foreach (var frontDoor in FrontDoors)
            (await frontDoor.GetListAsync("rooms", Cancel)).Dispose();
    }

    private async Task<WebApplication?> StartMeetAsync()
    {
        string?[] named = [_settings.GetValueOrDefault("Meet:ServerUrl"), _settings.GetValueOrDefault("OV_MEET_SERVER_URL")];
        if (named.FirstOrDefault(setting => !string.IsNullOrWhiteSpace(setting)) is { } serverUrl)
        {
            Meet = ClientOf(new Uri(serverUrl));
            return null;
        }

        var builder = Part("MeetWebhooks.Simulator");
        builder.AddSimulator();
        var app = builder.Build();
        app.MapSimulator();
        Meet = ClientOf(await RunAsync(app));
        Meet.DefaultRequestHeaders.Add("X-API-KEY", Delivery.ApiKey);
        _settings["Meet:ServerUrl"] = Meet.BaseAddress!.GetLeftPart(UriPartial.Authority);
        _settings.TryAdd("Meet:ApiKey", app.Configuration["Simulator:ApiKey"] ?? Delivery.ApiKey);
        return app;
    }

    private async Task StartApiAsync()
    {
        var builder = Part("MeetWebhooks.Api");
        builder.AddWiring();
        builder.AddApi();
        if (!_settings.ContainsKey(WithLists.Key))
            builder.Services.Remove(builder.Services.Last(service => service.ServiceType == typeof(IHostedService)));
        _api = builder.Build();
        _api.MapDefaultEndpoints();
        _api.MapApi();
        Api = ClientOf(await RunAsync(_api));
        _settings["services:api:http:0"] = Api.BaseAddress!.GetLeftPart(UriPartial.Authority);
    }

    private async Task StartReplicaAsync()
    {
        // Which hosts are allowed is a question to the front door; the parts behind it go by other names.
        var builder = Part("MeetWebhooks.Web", _settings.GetValueOrDefault("AllowedHosts") ?? "*");
        builder.AddWiring();
        builder.AddWeb();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapWeb();
        _frontDoors.Add(ClientOf(await RunAsync(app)));
        _replicas.Add(app);
    }

    /// <summary>A part as it would be in a process of its own, but with the test's settings, clock and logs.</summary>
    private WebApplicationBuilder Part(string name, string allowedHosts = "*")
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = name, EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Configuration.AddInMemoryCollection([new("AllowedHosts", allowedHosts)]);
        builder.WebHost.UseUrls(AnyFreePort);
        builder.Services.AddSingleton(_time);
        builder.Services.Replace(ServiceDescriptor.Singleton(_telemetry.Services.GetRequiredService<ILoggerFactory>()));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, PartLifetime>());
        return builder;
    }

    private async Task<Uri> RunAsync(WebApplication part)
    {
        _running.Push(part);
        await part.StartAsync(Cancel);
        return new Uri(part.Urls.First());
    }

    // Only now is the front door's port known.
    private static void DeliverTo(WebApplication simulator, Uri webhook)
    {
        simulator.Configuration["Simulator:WebhookUrl"] = webhook.ToString();
        ((IConfigurationRoot)simulator.Configuration).Reload();
    }

    private HttpClient ClientOf(Uri address)
    {
        // No redirects: a webhook that is answered with one is lost.
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            UseProxy = false,
        })
        {
            BaseAddress = address,
        };
        _clients.Add(client);
        return client;
    }

    /// <summary>A part stops when the test says so, and not by the process's signals.</summary>
    private sealed class PartLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
