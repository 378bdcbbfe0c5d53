using OpenTelemetry.Metrics;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>What an application has counted after all that it counts has happened to it.</summary>
public sealed class CountedApplication : IAsyncLifetime
{
    private const int RetainedEvents = 40;

    /// <summary>What a collector gets while a browser's stream is open.</summary>
    public IReadOnlyList<MetricSnapshot> Metrics { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry, replicas: 1, ("Streams:Heartbeat", "00:00:00.2"), ("Events:RetainedEvents", $"{RetainedEvents}"));
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await browser.NextAsync();
        await LoseAMessageAsync(application, browser);
        await WipeAsync(application, browser);
        await ReadNothingAsync(application);
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

    private static async Task ReadNothingAsync(MeetWebhooksApplication application)
    {
        using var silent = await SilentBrowser.OpenAsync(application.FrontDoor);
        for (var n = 0; n < 2 * RetainedEvents; n++)
            await application.DeliverAsync(SilentBrowser.LargeEvent(n));
        await Eventually.TrueAsync(() => application.Log.Has("too slowly"));
    }
}

/// <summary>Alone: OpenTelemetry reads the meters of all applications in the process as one.</summary>
[CollectionDefinition(nameof(CountedApplication), DisableParallelization = true)]
public sealed class CountedAlone : ICollectionFixture<CountedApplication>;
