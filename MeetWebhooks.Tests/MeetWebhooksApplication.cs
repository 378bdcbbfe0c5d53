using System.Net;
using System.Text;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Standalone;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace MeetWebhooks.Tests;

/// <summary>
/// The application that tests start from: the standalone host on free ports, with as many Web replicas as a test needs,
/// an embedded Redis, and a simulated OpenVidu Meet that delivers to the first replica.
/// </summary>
public sealed class MeetWebhooksApplication : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly StandaloneHost _standalone;
    private readonly List<HttpClient> _clients = [];

    private MeetWebhooksApplication(IHost host)
    {
        _host = host;
        _standalone = host.Services.GetRequiredService<StandaloneHost>();
    }

    /// <summary>A client of the first front door.</summary>
    public HttpClient FrontDoor => FrontDoors[0];

    /// <summary>A client of each front door.</summary>
    public IReadOnlyList<HttpClient> FrontDoors { get; private set; } = [];

    /// <summary>A client of the Api itself.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>A client of the (simulated) OpenVidu Meet, with the API key.</summary>
    public HttpClient Meet { get; private set; } = null!;

    /// <summary>Redis, as a connection string.</summary>
    public string Redis => _standalone.Redis;

    /// <summary>All that the application logs.</summary>
    public LogText Log { get; private init; } = null!;

    /// <summary>Starts the application.</summary>
    /// <param name="replicas">How many Web replicas.</param>
    /// <param name="time">The clock of all parts.</param>
    /// <param name="settings">
    /// Settings as in configuration, for example <c>("Events:Heartbeat", "00:00:01")</c>. With
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

    private static async Task<MeetWebhooksApplication> StartAsync(
        int replicas, TimeProvider? time, TelemetryCollector? telemetry, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        // A heartbeat wakes every stream, and would hide that an event did not.
        builder.Configuration.AddInMemoryCollection([new("Events:Heartbeat", "00:10:00")]);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        var log = new LogText();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)
            // As in production; who is to blame is told by the forwarder of our own.
            .AddFilter("Yarp", level => level != LogLevel.Warning);
        if (time is not null)
            builder.Services.AddSingleton(time);
        if (telemetry is not null)
        {
            builder.AddTelemetry();
            telemetry.Collect(builder.Services);
        }

        builder.AddStandalone();
        builder.Services.Configure<StandaloneOptions>(options =>
        {
            options.WebReplicas = replicas;
            options.FrontDoorUrl = "http://127.0.0.1:0";
            options.SimulatorUrl = "http://127.0.0.1:0";
        });

        var application = new MeetWebhooksApplication(builder.Build()) { Log = log };
        await application._host.StartAsync(TestContext.Current.CancellationToken);
        application.FrontDoors = [.. application._standalone.FrontDoors.Select(application.ClientOf)];
        application.Api = application.ClientOf(application._standalone.Api);
        application.Meet = application.ClientOf(application._standalone.Meet);
        application.Meet.DefaultRequestHeaders.Add("X-API-KEY", Delivery.ApiKey);
        return application;
    }

    /// <summary>Delivers to the first front door, and fails the test unless it was accepted.</summary>
    public async Task DeliverAsync(Delivery delivery)
    {
        using var answer = await delivery.PostAsync(FrontDoor, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Has the application's metrics read now.</summary>
    public IReadOnlyList<MetricSnapshot> ReadMetrics(TelemetryCollector telemetry) =>
        telemetry.ReadMetrics(_host.Services);

    /// <summary>Stops the Api, as if its machine were gone.</summary>
    public Task StopApiAsync() => _standalone.StopApiAsync(TestContext.Current.CancellationToken);

    /// <summary>Stops a replica, as a deployment does.</summary>
    public Task StopReplicaAsync(int replica) =>
        _standalone.StopReplicaAsync(replica, TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _host.StopAsync(CancellationToken.None);
        await _standalone.DisposeAsync();
        _host.Dispose();
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
}
