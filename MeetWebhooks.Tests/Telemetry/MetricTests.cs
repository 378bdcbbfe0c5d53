using OpenTelemetry.Metrics;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Telemetry;

public sealed class MetricTests
{
    [Theory]
    [InlineData("meetwebhooks.webhooks", "{webhook}")]
    [InlineData("meetwebhooks.log.append.duration", "s")]
    [InlineData("meetwebhooks.log.gaps_healed", "{gap}")]
    [InlineData("meetwebhooks.log.restarts", "{restart}")]
    [InlineData("meetwebhooks.streams.open", "{stream}")]
    [InlineData("meetwebhooks.streams.deliveries", "{delivery}")]
    [InlineData("meetwebhooks.streams.bytes", "By")]
    [InlineData("meetwebhooks.streams.resets", "{reset}")]
    [InlineData("meetwebhooks.event.age", "s")]
    public async Task What_happens_is_counted_with_a_unit_and_a_description(string name, string unit)
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(telemetry, replicas: 1);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await browser.NextAsync();
        await LoseAMessageAsync(application, browser);
        await WipeAsync(application, browser);

        var metric = application.ReadMetrics(telemetry).Last(metric => metric.Name == name);

        Assert.Equal(unit, metric.Unit);
        Assert.NotEmpty(metric.Description);
        Assert.Contains(metric.MetricPoints, point => metric.MetricType == MetricType.Histogram
            ? point.GetHistogramCount() > 0
            : point.GetSumLong() > 0);
    }

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
