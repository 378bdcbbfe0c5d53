using MeetWebhooks.Simulator;
using MeetWebhooks.Simulator.Rooms;
using MeetWebhooks.Simulator.Webhooks;
using MeetWebhooks.Tests.Api.Meet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

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
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var simulator = await StartAsync(receiver.Url, time);

        StartMeeting(simulator);
        // In steps, as each wait begins only when the attempt before it has ended.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(receiver.Requests.Count == 1 + WebhookSender.Repeats.Count);
        });
        for (var step = 0; step < 20; step++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(6, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Body).Distinct());
        Assert.Single(headers.Distinct());
    }

    [Fact]
    public async Task A_delivery_that_is_answered_2xx_is_not_repeated()
    {
        await using var receiver = await StubMeet.StartAsync(StatusCodes.Status204NoContent, "text/plain", "");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var simulator = await StartAsync(receiver.Url, time);

        StartMeeting(simulator);
        await Eventually.TrueAsync(() => !receiver.Requests.IsEmpty);
        for (var step = 0; step < 20; step++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Single(receiver.Requests);
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
        await using var simulator = await StartAsync(receiver.Url + "/webhook", TimeProvider.System);

        StartMeeting(simulator);
        await Eventually.TrueAsync(() => receiver.Requests.Count == 2);

        var followed = receiver.Requests.Last();
        Assert.Equal(("/elsewhere", method), (followed.Target, followed.Method));
        Assert.Contains(content, followed.Body, StringComparison.Ordinal);
        Assert.Equal(content.Length == 0, followed.Body.Length == 0);
    }

    private static async Task<WebApplication> StartAsync(string webhookUrl, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Simulator:WebhookUrl"] = webhookUrl;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time);
        builder.AddSimulator();
        var simulator = builder.Build();
        simulator.MapSimulator();
        await simulator.StartAsync(TestContext.Current.CancellationToken);
        return simulator;
    }

    private static void StartMeeting(WebApplication simulator)
    {
        var meet = simulator.Services.GetRequiredService<MeetState>();
        var room = meet.CreateRoom(new NewRoom("Daily", null, AutoDeletionPolicy.Default, RoomConfig.Default));
        meet.StartMeeting(room.RoomId);
    }
}
