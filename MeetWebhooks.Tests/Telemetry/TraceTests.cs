using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using MeetWebhooks.Tests.Api.Meet;

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
        Assert.Equal(application.Redis, $"{publish.GetTagItem("server.address")}:{publish.GetTagItem("server.port")}");

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

    [Fact]
    public async Task Where_all_is_traced_no_span_is_left_out_whatever_its_parent_says()
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry, replicas: 1, ("OTEL_TRACES_SAMPLER", "always_on"));

        using var meet = new Activity("deliver").Start();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await Eventually.TrueAsync(() =>
            telemetry.Spans.Count(span => span.TraceId == meet.TraceId && span.Kind == ActivityKind.Server) == 2);

        using var source = new ActivitySource("MeetWebhooks.Tests");
        using var inside = source.StartActivity("inside");
        Assert.True(inside?.Recorded);
    }

    [Fact]
    public async Task No_control_character_from_outside_reaches_the_log_or_a_span()
    {
        const string json = "{\"roomId\":\"a\\n\\u001b[31mb\\u2028\\u202e\"}";
        await using var meet = await StubMeet.StartAsync(200, "application/json", json);
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry, replicas: 1, ("Meet:ServerUrl", meet.Url));

        await application.DeliverAsync(Delivery.Event("x\\r\\n\\u001b[2J", json));
        using var room = new StringContent("""{"roomName":"a"}""", Encoding.UTF8, "application/json");
        using var created = await application.FrontDoor.PostAsync("rooms", room, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await RawHttp.ExchangeAsync(
            application.FrontDoor,
            "GET /rooms?\u001b[31m HTTP/1.1\r\nHost: a\r\nUser-Agent: \u001b[31m\r\nConnection: close\r\n\r\n");

        await Eventually.TrueAsync(() => telemetry.Spans.Count(span => span.Kind == ActivityKind.Server) >= 6);
        Assert.DoesNotContain(
            application.Log.Lines,
            line => line.StartsWith("Information Webhook", StringComparison.Ordinal) && !line.TrimEnd().All(IsPrintable));
        Assert.DoesNotContain(
            telemetry.Spans.SelectMany(span => span.TagObjects),
            tag => tag.Value is string text && !text.All(IsPrintable));

        static bool IsPrintable(char character) => char.GetUnicodeCategory(character) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator);
    }

    [Theory]
    [InlineData("")]
    [InlineData("status/")]
    public async Task Probes_and_streams_are_not_traced(string pathBase)
    {
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry, replicas: 1, ("PathBase", "/status"), MeetWebhooksApplication.WithLists);
        foreach (var path in (string[])["health", "alive", "events", "rooms"])
        {
            var method = path == "events" ? HttpMethod.Head : HttpMethod.Get;
            using var request = new HttpRequestMessage(method, pathBase + path);
            using var answer = await application.FrontDoor.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await Eventually.TrueAsync(() => ServedPaths().Contains($"/{pathBase}rooms"));
        Assert.DoesNotContain(ServedPaths(), path => path?.Split('/')[^1] is "health" or "alive" or "events");

        IEnumerable<string?> ServedPaths() => telemetry.Spans
            .Where(span => span.Kind == ActivityKind.Server).Select(span => (string?)span.GetTagItem("url.path"));
    }

    [Fact]
    public async Task A_replica_that_starts_adds_nothing_to_the_traces_of_events_from_before()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        using var meet = new Activity("deliver").Start();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        meet.Stop();
        await browser.NextAsync();

        using var telemetry = new TelemetryCollector();
        await using var restarted = await MeetWebhooksApplication.StartAsync(
            telemetry, replicas: 1, ("ConnectionStrings:redis", application.Redis));
        await using var returning = await Browser.OpenAsync(restarted.FrontDoor, browser.LastEventId);
        await restarted.DeliverAsync(Delivery.Event("meetingEnded"));
        await returning.NextAsync();

        await Eventually.TrueAsync(() => telemetry.Spans.Any(span => span.DisplayName == "relay events"));
        Assert.DoesNotContain(telemetry.Spans, span => span.TraceId == meet.TraceId);
    }
}
