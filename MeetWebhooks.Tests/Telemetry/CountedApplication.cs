using OpenTelemetry.Metrics;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>What an application has counted after all that it counts has happened to it.</summary>
public sealed class CountedApplication : IAsyncLifetime
{
    /// <summary>What a collector gets while a browser's stream is open.</summary>
    public IReadOnlyList<MetricSnapshot> Metrics { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(telemetry, replicas: 1);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await browser.NextAsync();
        await LoseAMessageAsync(application, browser);
        await WipeAsync(application, browser);
        Metrics = application.ReadMetrics(telemetry);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task LoseAMessageAsync(MeetWebhooksApplication application, Browser browser)
    {
        await LostMessage.AppendAsync(application.Redis);
        await application.DeliverAsync(Delivery.Event("meetingEnded"));
        await browser.NextAsync(2);
    }

    private static async Task WipeAsync(MeetWebhooksApplication application, Browser browser)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(application.Redis + ",allowAdmin=true");
        await redis.GetServers()[0].FlushAllDatabasesAsync();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        Assert.Equal("reset", (await browser.NextAsync()).EventType);
    }
}

/// <summary>Alone: OpenTelemetry reads the meters of all applications in the process as one.</summary>
[CollectionDefinition(nameof(CountedApplication), DisableParallelization = true)]
public sealed class CountedAlone : ICollectionFixture<CountedApplication>;
