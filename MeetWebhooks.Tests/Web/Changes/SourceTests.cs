using System.Text.Json.Nodes;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Changes;

/// <summary>What heartbeats say of Redis, the Api and OpenVidu Meet.</summary>
public sealed class SourceTests
{
    // Twice the 10 seconds that are promised.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_all_is_well_heartbeats_say_so_and_when_Meet_was_last_read()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        await Eventually.TrueAsync(() => Unreachable(page) == "" && page.Heartbeat!["sources"]!["meet"]!["lastReading"] is not null);
        var first = (long)page.Heartbeat!["time"]!;
        await Eventually.TrueAsync(() => (long)page.Heartbeat!["time"]! > first, Limit, Cancel);

        Assert.InRange(
            (long)page.Heartbeat["sources"]!["meet"]!["lastReading"]!, 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Null(page.Heartbeat["refusedWebhooks"]);
        Assert.Equal(1, page.Readings);
    }

    [Theory]
    [InlineData("refuses connections")]
    [InlineData("fails")]
    [InlineData("hangs")]
    [InlineData("breaks off")]
    public async Task A_Meet_that_does_not_answer_is_named_with_when_it_last_did_and_why(string illness)
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet, ("Meet:Timeout", "00:00:02"));
        await using var page = await OpenAsync(application);
        await Eventually.TrueAsync(() => Unreachable(page) == "");

        if (illness == "refuses connections")
        {
            await meet.DisposeAsync();
        }
        else
        {
            meet.Illness = context =>
            {
                context.Response.StatusCode = 500;
                if (illness == "breaks off")
                    context.Abort();
                return illness == "hangs" ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask;
            };
        }

        await Eventually.TrueAsync(() => Unreachable(page) == "meet", Limit, Cancel);
        var source = page.Heartbeat!["sources"]!["meet"]!;
        Assert.Contains("OpenVidu Meet", (string)source["reason"]!, StringComparison.Ordinal);
        Assert.Equal((long)source["lastReading"]!, (long)source["since"]!);

        meet.Illness = null;
        if (illness != "refuses connections")
            await Eventually.TrueAsync(() => Unreachable(page) == "", TimeSpan.FromSeconds(70), Cancel);
    }

    [Fact]
    public async Task An_Api_that_is_down_is_named()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);
        await Eventually.TrueAsync(() => Unreachable(page) == "");

        await application.StopApiAsync();

        await Eventually.TrueAsync(() => Unreachable(page) == "api", Limit, Cancel);
        Assert.InRange(
            (long)page.Heartbeat!["sources"]!["api"]!["since"]!, 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_Redis_that_is_down_is_named_until_it_is_back()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet, ("ConnectionStrings:redis", redis.ConnectionString));
        await using var page = await OpenAsync(application);
        await Eventually.TrueAsync(() => Unreachable(page) == "");

        await redis.KillAsync();
        await Eventually.TrueAsync(() => Unreachable(page) == "redis", Limit, Cancel);
        await redis.RestartAsync();

        await Eventually.TrueAsync(() => Unreachable(page) == "");
    }

    [Fact]
    public async Task Refused_webhooks_are_told_with_the_reason_until_one_is_accepted()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var page = await OpenAsync(application);

        for (var n = 0; n < 2; n++)
            (await Delivery.Event("meetingStarted", key: "another key").PostAsync(application.FrontDoor, Cancel)).Dispose();

        await Eventually.TrueAsync(() => (int?)page.Heartbeat?["refusedWebhooks"]?["count"] == 2, Limit, Cancel);
        Assert.Contains("Meet:ApiKey", (string)page.Heartbeat!["refusedWebhooks"]!["reason"]!, StringComparison.Ordinal);

        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        await Eventually.TrueAsync(() => page.Heartbeat!["refusedWebhooks"] is null, Limit, Cancel);
    }

    private static Task<MeetWebhooksApplication> StartAsync(ChangingMeet meet, params (string, string)[] settings) =>
        MeetWebhooksApplication.StartAsync(
            settings: [("Meet:ServerUrl", meet.Url), MeetWebhooksApplication.WithLists, .. settings]);

    private static async Task<PageModel> OpenAsync(MeetWebhooksApplication application)
    {
        var page = new PageModel([application.FrontDoor], seed: 1, Cancel);
        await page.OpenedAsync();
        return page;
    }

    /// <summary>The sources that do not answer, by the last heartbeat.</summary>
    private static string Unreachable(PageModel page) => page.Heartbeat?["sources"] is JsonObject sources
        ? string.Join(", ", sources.Where(source => !(bool)source.Value!["isReachable"]!).Select(source => source.Key))
        : "unknown";
}
