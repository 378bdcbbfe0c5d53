using System.Text.Json;
using MeetWebhooks.Tests.Api.Meet;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Simulator;

/// <summary>The simulator's webhooks have the bytes of the real ones, but for ids, dates and secrets.</summary>
public sealed class CapturedWebhooksTests
{
    [Theory]
    [InlineData("meeting record complete end", "24,25,26,28,29,30")]
    [InlineData("meeting record limit_reached", "31,32,33,34")]
    [InlineData("meeting record aborted", "35,36,-,37")]
    [InlineData("meeting record failed end", "38,39,-,40,41")]
    [InlineData("meeting close end", "42,43")]
    [InlineData("meeting delete-when-meeting-ends end", "46,47")]
    [InlineData("meeting record complete force-close until-ended", "48,49,50,51,52,53")]
    [InlineData("meeting record force-delete until-ended", "54,55,56,57,58")]
    [InlineData("meeting record end", "65,66,67,68,69,70")]
    public async Task What_happens_is_told_as_by_the_real_one(string steps, string captures)
    {
        // A hyphen stands for what the real one left out, as the recording never came to run.
        var expected = captures.Split(',').Select(number => number == "-" ? null : Delivery.Captured(number).Json).ToList();
        await using var receiver = await StubMeet.StartAsync(200, "text/plain", "");
        await using var simulator = await RunningSimulator.StartAsync(receiver.Url);
        var roomName = JsonElement.Parse(expected[0]!).GetProperty("data").GetProperty("roomName").GetString()!;
        // Links are those of the last request.
        simulator.Client.DefaultRequestHeaders.Host = "localhost:9080";
        await simulator.Client.GetAsync("health", TestContext.Current.CancellationToken);

        await simulator.CreateRoomAsync(roomName, steps);
        await Eventually.TrueAsync(() => receiver.Requests.Count == expected.Count);

        var told = receiver.Requests.Select(request => request.Body)
            .OrderBy(body => JsonElement.Parse(body).GetProperty("creationDate").GetInt64());
        Assert.All(expected.Zip(told), pair =>
        {
            if (pair.First is { } captured)
                Assert.Equal(CapturedJson.Normal(captured), CapturedJson.Normal(pair.Second));
        });
    }

    [Theory]
    [InlineData("internal-webhook-test", 200)]
    [InlineData("internal-webhook-test-no-login", 204)]
    [InlineData("internal-webhook-test-receiver-401", 401)]
    [InlineData("internal-webhook-test-receiver-500", 500)]
    public async Task The_test_of_a_webhook_says_what_the_receiver_answered(string capture, int status)
    {
        await using var receiver = await StubMeet.StartAsync(status, "text/plain", "");
        await TestWebhookAsync(capture, receiver.Url + "/webhook");

        var told = Assert.Single(receiver.Requests);
        Assert.Equal(CapturedJson.Normal(Delivery.Captured("71").Json), CapturedJson.Normal(told.Body));
    }

    [Fact]
    public async Task The_test_of_a_webhook_says_that_nobody_is_there()
    {
        var gone = await StubMeet.StartAsync(200, "text/plain", "");
        var url = gone.Url;
        await gone.DisposeAsync();
        await TestWebhookAsync("internal-webhook-test-connection-refused", url + "/webhook");
    }

    [Fact]
    public async Task The_test_of_a_webhook_does_not_wait_for_ever()
    {
        await using var receiver = await StubMeet.StartAsync((context, _) =>
            Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await TestWebhookAsync("internal-webhook-test-receiver-hangs", receiver.Url + "/webhook", until: receiver);
    }

    private static async Task TestWebhookAsync(string capture, string url, StubMeet? until = null)
    {
        var exchange = RestExchange.Read(capture);
        var captured = JsonElement.Parse(exchange.RequestBody!).GetProperty("url").GetString()!;
        await using var simulator = await RunningSimulator.StartAsync();
        using var body = new StringContent(
            exchange.RequestBody!.Replace(captured, url, StringComparison.Ordinal), null, "application/json");

        var answering = simulator.Client.PostAsync(exchange.Path, body, TestContext.Current.CancellationToken);
        if (until is not null)
        {
            await Eventually.TrueAsync(() => !until.Requests.IsEmpty);
            simulator.Time.Advance(TimeSpan.FromSeconds(5));
        }

        using var answer = await answering;
        Assert.Equal(exchange.Status, (int)answer.StatusCode);
        Assert.Equal(
            JsonSerializer.Serialize(exchange.Answer).Replace(captured, url, StringComparison.Ordinal),
            JsonSerializer.Serialize(JsonElement.Parse(
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))));
    }
}
