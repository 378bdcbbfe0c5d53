using System.Net;
using MeetWebhooks.Tests.Page;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.AppHost;

[Collection(nameof(RunningAppHost))]
public sealed class DashboardTests(RunningAppHost appHost, PageFixture browsers) : IClassFixture<PageFixture>
{
    private const string RoomSecret = "5ec4e75ec4";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboard_has_one_trace_from_the_front_door_through_the_Api_to_both_replicas()
    {
        var roomId = await DeliverAsync();

        await Eventually.TrueAsync(async () =>
        {
            var spans = DashboardSpan.Read(await appHost.TelemetryAsync("traces"));
            var traces = spans.Where(span => span.Attributes.GetValueOrDefault("meetwebhooks.room.id") == roomId)
                .Select(span => span.TraceId).Distinct().ToList();
            if (traces is not [var traceId])
                return false;
            var trace = spans.Where(span => span.TraceId == traceId).ToList();
            return trace.Any(span => span is { Resource: "web", Name: "POST /webhook" })
                && trace.Any(span => span is { Resource: "api", Name: "POST /webhook" })
                && trace.Any(span => span is { Resource: "api", Name: "publish events" })
                && trace.Where(span => span is { Resource: "web", Name: "relay events" })
                    .Select(span => span.Instance).Distinct().Count() == 2;
        });
    }

    [Fact]
    public async Task No_rooms_secret_is_in_what_the_dashboard_keeps()
    {
        var roomId = await DeliverAsync();
        await Eventually.TrueAsync(() => appHost.DashboardKeeps().Contains(roomId, StringComparison.Ordinal));

        Assert.DoesNotContain(RoomSecret, appHost.DashboardKeeps(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_API_key_is_in_the_traces_and_logs_of_the_dashboard()
    {
        var roomId = await DeliverAsync();
        var telemetry = "";
        await Eventually.TrueAsync(async () =>
        {
            telemetry = await appHost.TelemetryAsync("traces") + await appHost.TelemetryAsync("logs");
            return telemetry.Contains(roomId, StringComparison.Ordinal);
        });

        Assert.DoesNotContain(RunningAppHost.ApiKey, telemetry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_opens_in_a_browser_and_shows_the_resources()
    {
        var person = await browsers.NewPersonAsync();
        var page = await person.NewPageAsync();
        page.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);

        // On a busy machine the dashboard can lose its own connection and asks to be loaded again.
        await Eventually.TrueAsync(() => ShowsResourcesAsync(page), TimeSpan.FromMinutes(3));
        await PageFixture.KeepPictureAsync(page, "dashboard-resources");
        await browsers.CloseAsync();
    }

    private async Task<bool> ShowsResourcesAsync(IPage page)
    {
        try
        {
            await page.GotoAsync(appHost.Dashboard.ToString());
            foreach (var resource in (string[])["meet", "api", "Rooms and recordings"])
                await page.GetByText(resource, new() { Exact = true }).First.WaitForAsync();
            return true;
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            return false;
        }
    }

    // Another room each time: a webhook that was answered too late may have been stored all the same.
    private async Task<string> DeliverAsync()
    {
        var roomId = "";
        using var client = appHost.FrontDoor();
        await Eventually.TrueAsync(
            async () =>
            {
                roomId = $"Daily-{Guid.NewGuid():N}";
                var json = $$$"""
                    {"event":"meetingStarted","creationDate":1,"data":{"roomId":"{{{roomId}}}",
                    "moderatorUrl":"http://localhost:9080/room/{{{roomId}}}?secret={{{RoomSecret}}}"}}
                    """;
                using var answer = await Delivery.Sign(json, key: RunningAppHost.ApiKey).PostAsync(client, Cancel);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            Eventually.StartLimit);
        return roomId;
    }
}
