using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>The application as the AppHost starts it, with the simulator, the embedded Redis, and two Web replicas.</summary>
[CollectionDefinition(nameof(RunningAppHost), DisableParallelization = true)]
public sealed class RunningAppHost : IAsyncLifetime, ICollectionFixture<RunningAppHost>
{
    /// <summary>OpenVidu Meet's API key.</summary>
    public const string ApiKey = "a-key-that-nobody-may-see";

    private readonly DirectoryInfo _dashboardData = Directory.CreateTempSubdirectory("meetwebhooks-dashboard");
    private DistributedApplication _application = null!;

    /// <summary>The running application.</summary>
    public DistributedApplication Application => _application;

    /// <summary>The dashboard's address, which signs in whoever opens it.</summary>
    public Uri Dashboard { get; private set; } = null!;

    /// <summary>The names of all replicas of the front door, as commands take them.</summary>
    public IReadOnlyList<string> Replicas { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // The dashboard keeps its runs here.
        Environment.SetEnvironmentVariable("ASPIRE_DASHBOARD_DATA_DIRECTORY", _dashboardData.FullName);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MeetWebhooks_AppHost>(
            new DistributedApplicationTestingBuilderOptions { EnableDashboard = true },
            [
                "--Meet:Mode=Simulator",
                $"--Meet:ApiKey={ApiKey}",
                // Else they are user secrets, which other tests change while the dashboard runs.
                $"--AppHost:DashboardApiKey={Guid.NewGuid()}",
                $"--AppHost:OtlpApiKey={Guid.NewGuid()}",
            ]);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        _application = await builder.BuildAsync();
        await _application.StartAsync().WaitAsync(Eventually.StartLimit);
        foreach (var name in (string[])["redis-embedded", "meet", "api", "web"])
            await _application.ResourceNotifications
                .WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable).WaitAsync(Eventually.StartLimit);
        Dashboard = await _application.GetDashboardUrlAsync().WaitAsync(Eventually.StartLimit);
        Replicas = await FindReplicasAsync(2).WaitAsync(Eventually.StartLimit);
    }

    /// <summary>A client of the front door, behind which the replicas take turns.</summary>
    public HttpClient FrontDoor() => _application.CreateHttpClient("web", "http");

    /// <summary>All that the dashboard has stored, as text of which each character is one byte.</summary>
    public string DashboardKeeps() => string.Concat(_dashboardData
        .EnumerateFiles("*.db*", SearchOption.AllDirectories)
        .Select(file =>
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return reader.ReadToEnd();
        }));

    /// <summary>What the dashboard's own API answers about received telemetry, as OTLP's JSON.</summary>
    /// <param name="kind"><c>traces</c> or <c>logs</c>.</param>
    public async Task<string> TelemetryAsync(string kind)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add(
            "X-API-Key", _application.Services.GetRequiredService<IConfiguration>()["AppHost:DashboardApiKey"]);
        return await client.GetStringAsync(
            new Uri(Dashboard, $"/api/telemetry/{kind}"), TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// A client of one replica, past the front door, when that one answers: the health that Aspire shows is asked for at
    /// the front door. A replica that was started again listens on another port than before.
    /// </summary>
    public async Task<HttpClient> ReplicaAsync(string name)
    {
        HttpClient? answering = null;
        await Eventually.TrueAsync(async () =>
        {
            var client = new HttpClient { BaseAddress = AddressOf(name) };
            try
            {
                using var answer = await client.GetAsync("health", TestContext.Current.CancellationToken);
                answering = client;
                return true;
            }
            catch (HttpRequestException)
            {
                client.Dispose();
                return false;
            }
        }, Eventually.StartLimit);
        return answering!;
    }

    /// <summary>
    /// Runs a command of the dashboard, and fails the test unless it succeeds. On a slow machine a command may take longer
    /// than the time that OpenVidu Meet has; then it is run again.
    /// </summary>
    public async Task<ExecuteCommandResult> CommandAsync(string resource, string command, string? room = null)
    {
        ExecuteCommandResult result = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                result = await TryCommandAsync(resource, command, room);
                return result.Message?.Contains("did not answer in time", StringComparison.Ordinal) is not true;
            },
            Eventually.StartLimit);
        Assert.True(result.Success, result.Message);
        return result;
    }

    /// <summary>Presses a command's button in the dashboard.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="command">The command.</param>
    /// <param name="room">The room that the command asks for; the simulator's first one where it is null.</param>
    public Task<ExecuteCommandResult> TryCommandAsync(string resource, string command, string? room = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        return room is null
            ? _application.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken)
            : _application.ResourceCommands.ExecuteCommandAsync(
                resource,
                command,
                new InteractionInputCollection(
                    [new InteractionInput { Name = "room", InputType = InputType.Text, Value = room }]),
                cancellationToken);
    }

    /// <summary>Waits until a replica is in a state.</summary>
    public Task StateAsync(string replica, string state) => Eventually.TrueAsync(
        () => Task.FromResult(_application.ResourceNotifications.TryGetCurrentState(replica, out var current)
            && current.Snapshot.State?.Text == state),
        Eventually.StartLimit);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _dashboardData.Delete(recursive: true);
    }

    private Uri AddressOf(string replica)
    {
        Assert.True(_application.ResourceNotifications.TryGetCurrentState(replica, out var state));
        var url = state.Snapshot.EnvironmentVariables.Single(variable => variable.Name == "ASPNETCORE_URLS").Value!;
        return new Uri(url.Replace("0.0.0.0", "localhost", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> FindReplicasAsync(int count)
    {
        var replicas = new SortedSet<string>();
        await foreach (var change in _application.ResourceNotifications.WatchAsync())
        {
            if (change.Resource.Name == "web" && change.Snapshot.HealthStatus == HealthStatus.Healthy)
                replicas.Add(change.ResourceId);
            if (replicas.Count == count)
                break;
        }

        return [.. replicas];
    }
}
