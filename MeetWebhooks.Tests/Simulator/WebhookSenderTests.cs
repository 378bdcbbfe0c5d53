using MeetWebhooks.Simulator.Webhooks;
using MeetWebhooks.Tests.Api.Meet;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Simulator;

public sealed class WebhookSenderTests
{
    [Fact]
    public void The_waits_are_those_of_the_real_one() =>
        Assert.Equal([300, 600, 1200, 2400, 4800], WebhookSender.Repeats.Select(wait => wait.TotalMilliseconds));

    [Fact]
    public async Task A_delivery_that_fails_is_repeated_five_times_with_the_same_bytes_and_then_given_up()
    {
        var headers = new List<string>();
        await using var receiver = await StubMeet.StartAsync((context, _) =>
        {
            lock (headers)
                headers.Add($"{context.Request.Headers["X-Timestamp"]} {context.Request.Headers["X-Signature"]}");
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url);

        await simulator.CreateRoomAsync("Daily", "meeting");
        // In steps, as each wait begins only when the attempt before it has ended.
        await Eventually.TrueAsync(() =>
        {
            simulator.Time.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(receiver.Requests.Count == 1 + WebhookSender.Repeats.Count);
        });
        await Eventually.TrueAsync(() => simulator.Log.Has("not delivered (attempt 6)"));
        simulator.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(6, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Body).Distinct());
        Assert.Single(headers.Distinct());
    }

    [Fact]
    public async Task A_delivery_that_is_answered_2xx_is_not_repeated()
    {
        await using var receiver = await StubMeet.StartAsync(StatusCodes.Status204NoContent, "text/plain", "");
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url);

        await simulator.CreateRoomAsync("Daily", "meeting");
        await Eventually.TrueAsync(() => simulator.Log.Has("meetingStarted delivered (attempt 1)"));
        simulator.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_receiver_that_hangs_gets_a_repeat_after_5_seconds_and_a_wait()
    {
        await using var receiver = await StubMeet.StartAsync((context, _) =>
            Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url);

        await simulator.CreateRoomAsync("Daily", "meeting");
        await Eventually.TrueAsync(() => receiver.Requests.Count == 1);
        simulator.Time.Advance(WebhookSender.Timeout);
        await Eventually.TrueAsync(() =>
        {
            simulator.Time.Advance(TimeSpan.FromMilliseconds(50));
            return receiver.Requests.Count == 2;
        });
    }

    [Fact]
    public async Task A_redirect_to_what_is_no_web_address_fails_the_attempt()
    {
        await using var receiver = await StubMeet.StartAsync((context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = "ftp://example.com/";
            return Task.CompletedTask;
        });
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url);

        await simulator.CreateRoomAsync("Daily", "meeting");

        await Eventually.TrueAsync(() =>
        {
            simulator.Time.Advance(TimeSpan.FromMilliseconds(50));
            return receiver.Requests.Count == 2;
        });
    }

    [Theory]
    [InlineData(302, "GET", "")]
    [InlineData(307, "POST", "meetingStarted")]
    public async Task A_redirect_is_followed_as_the_real_one_does(int status, string method, string content)
    {
        await using var receiver = await StubMeet.StartAsync((context, _) =>
        {
            if (context.Request.Path == "/webhook")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/elsewhere";
            }

            return Task.CompletedTask;
        });
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url + "/webhook");

        await simulator.CreateRoomAsync("Daily", "meeting");
        await Eventually.TrueAsync(() => receiver.Requests.Count == 2);

        var followed = receiver.Requests.Last();
        Assert.Equal(("/elsewhere", method), (followed.Target, followed.Method));
        Assert.Contains(content, followed.Body, StringComparison.Ordinal);
        Assert.Equal(content.Length == 0, followed.Body.Length == 0);
    }
}
