using System.Net;
using MeetWebhooks.Tests.Api.Meet;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>Redis answers, but refuses what it is asked to do, or has lost a part of what it was given.</summary>
[Collection(nameof(AloneTests))]
public sealed class RefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")]
    [InlineData("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
    [InlineData("ACL SETUSER default -@scripting", "ACL SETUSER default +@all")]
    [InlineData("ACL SETUSER default resetchannels", "ACL SETUSER default allchannels")]
    public async Task What_Redis_refuses_is_answered_503_and_its_repeat_goes_through_once(string spoil, string mend)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString, ("Events:CheckInterval", "00:00:00.2"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = await application.FrontDoor.PersistAsync(Delivery.Event("before"));
        var during = Delivery.Event("during");

        await ExecuteAsync(redis, spoil);
        using (var refused = await during.PostAsync(application.FrontDoor, Cancel))
        {
            Assert.NotNull(refused.Headers.RetryAfter);
            await ProblemAssert.IsAsync(refused, HttpStatusCode.ServiceUnavailable, "Redis");
        }

        await ExecuteAsync(redis, mend);
        await application.FrontDoor.PersistAsync(during);
        var after = await application.FrontDoor.PersistAsync(Delivery.Event("after"));
        await browser.ReceivedAsync(3);

        Assert.Equal([before.Json, during.Json, after.Json], browser.Data);
        Assert.Equal((0, 1), (browser.Resets, browser.Connections));
        await Eventually.TrueAsync(async () => await application.FrontDoor.HealthAsync() == "Healthy");
    }

    [Fact]
    public async Task What_the_client_refuses_by_itself_is_answered_503_and_ends_no_replica()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString + ",$EVAL=,$EVALSHA=");

        using var answer = await Delivery.Event("meetingStarted").PostAsync(application.FrontDoor, Cancel);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.ServiceUnavailable, "Redis answers, but refuses");
        await Eventually.TrueAsync(() => application.Log.Has("disabled in the command-map"));
        Assert.Equal("Degraded", await application.FrontDoor.HealthAsync());
    }

    [Fact]
    public async Task A_subscription_that_Redis_answers_too_late_is_not_taken_for_one()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var options = new WebhookLogOptions { Timeout = TimeSpan.FromMilliseconds(200) };
        var log = TestLog.Of(connection, options);
        await log.PositionAsync(Cancel);

        redis.Pause();
        await Assert.ThrowsAsync<WebhookLogUnavailableException>(() => log.SubscribeAsync(_ => { }, Cancel));
        redis.Continue();
        // Over the connection of subscriptions: what was asked for before is answered before.
        await connection.GetSubscriber().PingAsync();

        Assert.False(log.IsListening);
    }

    [Fact]
    public async Task Scripts_that_Redis_has_forgotten_are_sent_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = Delivery.Event("before");
        var after = Delivery.Event("after");

        await application.DeliverAsync(before);
        await redis.ExecuteAsync("SCRIPT", "FLUSH");
        await application.DeliverAsync(after);
        await browser.ReceivedAsync(2);

        Assert.Equal([before.Json, after.Json], browser.Data);
    }

    [Theory]
    [InlineData("last", 1)]
    [InlineData("history", 0)]
    public async Task A_part_of_the_log_that_Redis_evicts_is_noticed_and_old_events_do_not_come_back(string key, int resets)
    {
        await using var redis = await RedisServer.StartAsync();
        // Without the check: it is the next event that shows it.
        await using var application = await StartAsync(redis.ConnectionString, ("Events:CheckInterval", "00:01:00"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = new List<string>();
        for (var n = 0; n < 3; n++)
            before.Add((await application.FrontDoor.PersistAsync(Delivery.Event("before", $$"""{"n":{{n}}}"""))).Json);
        await browser.ReceivedAsync(3);
        var second = browser.Received.ElementAt(1).EventId;

        await redis.ExecuteAsync("DEL", $"{{meet-webhooks}}:{key}");
        var next = await application.FrontDoor.PersistAsync(Delivery.Event("next"));
        await Eventually.TrueAsync(() => browser.Received.Count == 4);
        await using var away = await Browser.OpenAsync(application.FrontDoor, second);
        var after = await application.FrontDoor.PersistAsync(Delivery.Event("after"));
        await Eventually.TrueAsync(() => browser.Data.Contains(after.Json));

        Assert.Equal(resets, browser.Resets);
        Assert.Equal(resets == 0 ? [.. before, next.Json, after.Json] : [.. before, after.Json], browser.Data);
        Assert.Equal(resets == 0 ? "message" : "reset", (await away.NextAsync()).EventType);
    }

    [Theory]
    [InlineData("SET {meet-webhooks}:last nonsense", "refuses")]
    [InlineData("SET {meet-webhooks}:last a-1000000000000000000", "Events:KeyPrefix")]
    [InlineData("RPUSH {meet-webhooks}:history nonsense", "Events:KeyPrefix")]
    [InlineData("SET {meet-webhooks}:history nonsense", "refuses")]
    public async Task Keys_that_something_else_writes_to_are_no_log_and_are_told(string command, string message)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = TestLog.Of(connection);
        await log.PositionAsync(Cancel);

        await ExecuteAsync(redis, command);

        var exception = await Assert.ThrowsAsync<WebhookLogUnavailableException>(() => log.ReadAsync(null, 10, cancellationToken: Cancel));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private static Task<MeetWebhooksApplication> StartAsync(string redis, params IEnumerable<(string, string)> settings) =>
        MeetWebhooksApplication.StartAsync(settings: [("ConnectionStrings:redis", redis), .. settings]);

    private static Task<RedisResult> ExecuteAsync(RedisServer redis, string command) =>
        redis.ExecuteAsync(command.Split(' ')[0], [.. command.Split(' ')[1..]]);
}
