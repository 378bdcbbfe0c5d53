using MeetWebhooks.Tests.Api.Meet;
using OpenTelemetry.Metrics;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>What an application has counted after all that it counts has happened to it.</summary>
public sealed class CountedApplication : IAsyncLifetime
{
    /// <summary>What the ids of all rooms and recordings, and the names of all rooms, begin with.</summary>
    public const string RoomName = "Weekly";

    private const int RetainedEvents = 40;

    /// <summary>What a collector gets while a browser's stream is open.</summary>
    public IReadOnlyList<MetricSnapshot> Metrics { get; private set; } = [];

    /// <summary>The tags of what a metric counts apart.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> TagsOf(MetricPoint point)
    {
        foreach (var tag in point.Tags)
            yield return tag;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var telemetry = new TelemetryCollector();
        await using var meet = await ChangingMeet.StartAsync($"{RoomName}-kept", $"{RoomName}-changed", $"{RoomName}-deleted");
        SetRecording(meet, "kept", "active");
        SetRecording(meet, "changed", "active");
        SetRecording(meet, "deleted", "complete");
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry,
            replicas: 1,
            ("Streams:Heartbeat", "00:00:00.2"),
            ("Events:RetainedEvents", $"{RetainedEvents}"),
            ("Meet:ServerUrl", meet.Url),
            MeetWebhooksApplication.WithLists);
        await ReadListsAsync(application);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await ChangeBehindOurBackAsync(meet, application, browser);
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await browser.NextAsync();
        await LoseAMessageAsync(application, browser);
        await WipeAsync(application, browser);
        await ReadNothingAsync(application);
        Metrics = application.ReadMetrics(telemetry);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task ChangeBehindOurBackAsync(
        ChangingMeet meet, MeetWebhooksApplication application, Browser browser)
    {
        meet.Set($"{RoomName}-changed", "active_meeting");
        meet.Set($"{RoomName}-new", "active_meeting");
        meet.Set($"{RoomName}-odd", "of_a_later_version");
        meet.Rooms.TryRemove($"{RoomName}-deleted", out _);
        SetRecording(meet, "changed", "failed");
        SetRecording(meet, "new", "starting");
        meet.Recordings.TryRemove(RecordingId("deleted"), out _);
        await ReadListsAsync(application);
        await browser.NextAsync(7);
    }

    // Asking for a list has OpenVidu Meet's lists read.
    private static async Task ReadListsAsync(MeetWebhooksApplication application) =>
        (await application.FrontDoor.GetListAsync("rooms", TestContext.Current.CancellationToken)).Dispose();

    private static void SetRecording(ChangingMeet meet, string name, string status) => meet.Recordings[RecordingId(name)] =
        $$"""{"recordingId":"{{RecordingId(name)}}","roomId":"{{RoomName}}-{{name}}","status":"{{status}}"}""";

    private static string RecordingId(string name) => $"{RoomName}-{name}--EG_a--1";

    private static async Task LoseAMessageAsync(MeetWebhooksApplication application, Browser browser)
    {
        await LostMessage.AppendAsync(application.Redis);
        await application.DeliverAsync(Delivery.Event("meetingEnded"));
        await browser.NextAsync(2);
    }

    private static async Task WipeAsync(MeetWebhooksApplication application, Browser browser)
    {
        await WipedLog.WipeAsync(application.Redis);
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
