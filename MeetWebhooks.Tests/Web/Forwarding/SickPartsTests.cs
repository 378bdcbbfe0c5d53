using System.Net;
using System.Net.Http.Json;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Forwarding;

/// <summary>What the page's visitors see while something behind the front door is sick.</summary>
public sealed class SickPartsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hangs", HttpStatusCode.GatewayTimeout)]
    [InlineData("HTML", HttpStatusCode.BadGateway)]
    [InlineData("endless", HttpStatusCode.BadGateway)]
    [InlineData("resets", HttpStatusCode.BadGateway)]
    public async Task While_Meet_is_sick_events_go_on_and_afterwards_all_is_well(string illness, HttpStatusCode status)
    {
        var isSick = true;
        var blanks = new byte[65_536];
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            if (!isSick)
                await WriteAsync(context, """{"rooms":[],"recordings":[]}"""u8.ToArray());
            else if (illness == "hangs")
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            else if (illness == "HTML")
                await WriteAsync(context, "<!doctype html>"u8.ToArray());
            else if (illness == "resets")
                context.Abort();
            while (isSick && illness == "endless")
                await WriteAsync(context, blanks);
        });
        await using var application = await MeetWebhooksApplication.StartAsync(settings:
            [("Meet:ServerUrl", meet.Url), ("Meet:ApiKey", Delivery.ApiKey), ("Meet:Timeout", illness == "hangs" ? "00:00:00.200" : "00:00:20"),
                ("Meet:ReconciliationInterval", "00:00:01")]);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);

        var delivery = Delivery.Event("meetingStarted");
        await application.DeliverAsync(delivery);
        Assert.Equal(delivery.Json, (await browser.NextAsync()).Data);
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await application.FrontDoor.GetAsync("rooms", Cancel);
            return answer.StatusCode == status && (await answer.Content.ReadAsStringAsync(Cancel)).Contains("OpenVidu Meet");
        });

        isSick = false;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await application.FrontDoor.GetAsync("rooms", Cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_Meet_that_was_left_alone_is_asked_again_when_it_is_well()
    {
        var isSick = true;
        await using var meet = await StubMeet.StartAsync((context, _) =>
        {
            context.Response.StatusCode = isSick ? 500 : 200;
            return WriteAsync(context, """{"rooms":[],"recordings":[]}"""u8.ToArray());
        });
        await using var api = await MeetApi.StartAsync(meet.Url);
        await Eventually.TrueAsync(async () => await StatusAsync(api) == 503);
        var asked = meet.Requests.Count;
        Assert.Equal(503, await StatusAsync(api));
        Assert.Equal(asked, meet.Requests.Count);

        isSick = false;

        await Eventually.TrueAsync(async () => await StatusAsync(api) == 200);
    }

    [Fact]
    public async Task An_Api_that_is_too_slow_is_a_gateway_timeout_and_one_that_is_gone_is_unavailable()
    {
        await using var meet = await StubMeet.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var application = await MeetWebhooksApplication.StartAsync(settings:
            [("Meet:ServerUrl", meet.Url), ("Meet:ApiKey", Delivery.ApiKey), ("Api:Timeout", "00:00:00.300")]);

        using var slow = await application.FrontDoor.GetAsync("recordings/a--EG_b--c/url", Cancel);
        await application.StopApiAsync();
        using var gone = await application.FrontDoor.GetAsync("recordings/a--EG_b--c/url", Cancel);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);

        await ProblemAssert.IsAsync(slow, HttpStatusCode.GatewayTimeout, "Api:Timeout");
        await ProblemAssert.IsAsync(gone, HttpStatusCode.ServiceUnavailable, "The Api does not answer");
        Assert.NotNull(gone.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_webhook_does_not_wait_behind_requests_that_Meet_holds_up()
    {
        await using var meet = await StubMeet.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var application = await MeetWebhooksApplication.StartAsync(settings:
            [("Meet:ServerUrl", meet.Url), ("Meet:ApiKey", Delivery.ApiKey), ("Meet:Timeout", "00:00:20")]);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var commands = Enumerable.Range(0, 400)
            .Select(n => application.FrontDoor.PostAsJsonAsync("rooms", new { roomName = $"Room {n}" }, leave.Token))
            .ToList();
        await Eventually.TrueAsync(() => meet.Requests.Count > 50);

        await application.DeliverAsync(Delivery.Event("meetingStarted"));

        await leave.CancelAsync();
        await Task.WhenAll(commands).ContinueWith(_ => { }, CancellationToken.None, default, TaskScheduler.Default);
    }

    private static async Task WriteAsync(Microsoft.AspNetCore.Http.HttpContext context, byte[] bytes) =>
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);

    private static async Task<int> StatusAsync(MeetApi api)
    {
        try
        {
            await api.Meet.ListAsync(ItemKind.Room, Cancel);
            return 200;
        }
        catch (MeetException exception)
        {
            return exception.Status;
        }
    }
}
