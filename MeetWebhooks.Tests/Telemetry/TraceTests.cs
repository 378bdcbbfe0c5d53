using System.Diagnostics;

namespace MeetWebhooks.Tests.Telemetry;

public sealed class TraceTests
{
    [Fact]
    public async Task One_trace_leads_from_the_delivery_through_front_door_Api_and_Redis_to_each_replica()
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(telemetry, replicas: 2);
        await using var first = await Browser.OpenLiveAsync(application.FrontDoors[0]);
        await using var second = await Browser.OpenLiveAsync(application.FrontDoors[1]);
        var delivery = Delivery.Event("meetingStarted", """{"roomId":"Daily-abc"}""");

        // What OpenVidu Meet would send if it took part in traces; without it the trace begins at the front door.
        using var meet = new Activity("deliver") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await application.DeliverAsync(delivery);
        meet.Stop();
        await first.NextAsync();
        await second.NextAsync();

        List<Activity> trace = [];
        await Eventually.TrueAsync(() =>
        {
            trace = [.. telemetry.Spans.Where(span => span.TraceId == meet.TraceId)];
            return trace.Count(span => span.DisplayName == "relay events") == 2
                && trace.Count(span => span.Kind == ActivityKind.Server) == 2;
        });

        var publish = Assert.Single(trace, span => span.DisplayName == "publish events");
        Assert.Equal(ActivityKind.Producer, publish.Kind);
        Assert.Equal("redis", publish.GetTagItem("messaging.system"));
        Assert.Equal("send", publish.GetTagItem("messaging.operation.type"));

        var api = Assert.Single(trace, span => span.SpanId == publish.ParentSpanId);
        Assert.Equal(ActivityKind.Server, api.Kind);
        Assert.Equal("meetingStarted", api.GetTagItem("meetwebhooks.event"));
        Assert.Equal("Daily-abc", api.GetTagItem("meetwebhooks.room.id"));
        Assert.Equal("Accepted", api.GetTagItem("meetwebhooks.webhook.outcome"));

        var forward = Assert.Single(trace, span => span.SpanId == api.ParentSpanId);
        Assert.Equal(ActivityKind.Client, forward.Kind);
        Assert.Single(trace, span => span.SpanId == forward.ParentSpanId && span.Kind == ActivityKind.Server);

        Assert.All(trace.Where(span => span.DisplayName == "relay events"), relay =>
        {
            Assert.Equal(publish.SpanId, relay.ParentSpanId);
            Assert.Equal(ActivityKind.Consumer, relay.Kind);
            Assert.Equal(1, relay.GetTagItem("meetwebhooks.browsers"));
            Assert.Equal(publish.GetTagItem("messaging.message.id"), relay.GetTagItem("messaging.message.id"));
        });
    }
}
