using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>A replica whose subscription misses messages finds out, says so, and reads them from the log.</summary>
[Collection(nameof(AloneTests))]
public sealed class GapTests
{
    private static readonly (string, string)[] Quick =
        [("Events:CheckInterval", "00:00:00.2"), ("Events:Timeout", "00:00:00.5")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_message_is_read_from_the_log_when_the_next_event_comes(bool embedded)
    {
        await using var redis = embedded ? null : await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, ("Events:CheckInterval", "00:01:00"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = Delivery.Event("before");
        var after = Delivery.Event("after");

        await application.DeliverAsync(before);
        await LostMessage.AppendAsync(application.Redis, "lost");
        await LostMessage.AppendAsync(application.Redis, "lost too");
        await application.DeliverAsync(after);
        await browser.ReceivedAsync(4);

        Assert.Equal([before.Json, "lost", "lost too", after.Json], browser.Data);
        Assert.True(application.Log.Has("missed events"));
        Assert.Equal(1, browser.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_message_is_read_from_the_log_soon_where_no_further_event_comes(bool embedded)
    {
        await using var redis = embedded ? null : await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, Quick);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        await LostMessage.AppendAsync(application.Redis, "lost");
        await browser.ReceivedAsync(1);

        Assert.Equal(["lost"], browser.Data);
        Assert.True(application.Log.Has("missed events"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_that_come_twice_or_in_the_wrong_order_or_are_no_events_change_nothing(bool embedded)
    {
        await using var redis = embedded ? null : await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, ("Events:CheckInterval", "00:01:00"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        await LostMessage.AppendAsync(application.Redis, "first");
        await LostMessage.AppendAsync(application.Redis, "second");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(application.Redis);
        var entries = await connection.GetDatabase().ListRangeAsync("{meet-webhooks}:history");

        foreach (var message in (RedisValue[])["nonsense", entries[1], entries[0], entries[1], entries[0]])
            await connection.GetSubscriber().PublishAsync(RedisChannel.Literal("{meet-webhooks}:live"), message);
        var last = Delivery.Event("last");
        await application.DeliverAsync(last);
        await browser.ReceivedAsync(3);

        Assert.Equal(["first", "second", last.Json], browser.Data);
        Assert.Equal((0, 1), (browser.Resets, browser.Connections));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replica_that_lacks_what_the_log_has_dropped_tells_its_browsers_once_and_goes_on(bool embedded)
    {
        await using var redis = embedded ? null : await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, ("Events:CheckInterval", "00:01:00"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = Delivery.Event("before");
        await application.DeliverAsync(before);
        await browser.ReceivedAsync(1);

        for (var n = 0; n < 3; n++)
            await LostMessage.AppendAsync(application.Redis);
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(application.Redis))
            await connection.GetDatabase().ListTrimAsync("{meet-webhooks}:history", -2, -1);
        await application.DeliverAsync(Delivery.Event("next"));
        await Eventually.TrueAsync(() => browser.Resets > 0);
        var after = Delivery.Event("after");
        await application.DeliverAsync(after);
        await browser.ReceivedAsync(2);

        Assert.Equal([before.Json, after.Json], browser.Data);
        Assert.Equal((1, 1), (browser.Resets, browser.Connections));
    }

    [Fact]
    public async Task A_connection_for_messages_that_comes_late_at_the_start_is_no_loss()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port, firstHeld: 2);
        wire.HoldAnswers();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(
            $"127.0.0.1:{wire.Port},connectTimeout=1000", settings => settings.BacklogPolicy = BacklogPolicy.FailFast);
        var options = Options.Create(new WebhookLogOptions { Timeout = Eventually.Limit });
        var log = TestLog.Of(connection, options.Value);
        using var told = new LogText();
        using var loggers = new LoggerFactory([told]);
        var follower = new LogFollower(log, options, TimeProvider.System, loggers.CreateLogger<LogFollower>());
        Assert.False(log.CanListen);

        await using var batches = follower.FollowAsync(after: null, CancellationToken.None)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = batches.MoveNextAsync();
        // As long as it takes to have it find that nobody can listen yet.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        wire.PassAnswers();

        Assert.True(await first);
        Assert.True(log.IsListening);
        LogAssert.IsCalm(told);
    }

    [Theory]
    [InlineData("pubsub")]
    [InlineData("normal")]
    public async Task Connections_that_Redis_kills_cost_no_event(string type)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, Quick);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var expected = new List<string>();

        for (var round = 0; round < 10; round++)
        {
            await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", type);
            await LostMessage.AppendAsync(application.Redis, $"lost {round}");
            expected.Add($"lost {round}");
            expected.Add((await PersistAsync(application, Delivery.Event("after", $$"""{"round":{{round}}}"""))).Json);
        }

        await browser.ReceivedAsync(expected.Count);

        Assert.Equal(expected, browser.Data);
        Assert.Equal(0, browser.Resets);
        Assert.True(application.Log.Has("may be missing"));
        await HealthIsAsync(application, "Healthy");
    }

    [Fact]
    public async Task A_connection_that_was_lost_is_a_reason_to_look_at_the_log()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, ("Events:CheckInterval", "00:01:00"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        await LostMessage.AppendAsync(application.Redis, "lost");
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await browser.ReceivedAsync(1);

        Assert.Equal(["lost"], browser.Data);
    }

    [Fact]
    public async Task Without_a_subscription_events_are_read_from_the_log_and_health_says_so()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, Quick);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        await redis.ExecuteAsync("ACL", "SETUSER", "default", "resetchannels");
        await HealthIsAsync(application, "Degraded");
        for (var n = 1; n <= 10; n++)
        {
            await LostMessage.AppendAsync(application.Redis, $"{n}");
            await browser.ReceivedAsync(n);
            Assert.Equal("Degraded", await application.FrontDoor.HealthAsync());
        }

        await redis.ExecuteAsync("ACL", "SETUSER", "default", "allchannels");
        await HealthIsAsync(application, "Healthy");
        Assert.Equal(Enumerable.Range(1, 10).Select(n => $"{n}"), browser.Data);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Redis_that_stands_still_costs_no_event(bool bySignal)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis, Quick);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var before = await PersistAsync(application, Delivery.Event("before"));

        if (bySignal)
            redis.Pause();
        else
            await redis.ExecuteAsync("CLIENT", "PAUSE", "3000", "ALL");
        var during = Delivery.Event("during");
        using (var refused = await during.PostAsync(application.FrontDoor, TestContext.Current.CancellationToken))
        {
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await Eventually.TrueAsync(() => application.Log.Has("may be missing"));
        if (bySignal)
        {
            await HealthIsAsync(application, "Degraded");
            redis.Continue();
        }

        await PersistAsync(application, during);
        var after = await PersistAsync(application, Delivery.Event("after"));
        await browser.ReceivedAsync(3);

        Assert.Equal([before.Json, during.Json, after.Json], browser.Data);
        Assert.Equal(0, browser.Resets);
        await HealthIsAsync(application, "Healthy");
    }

    private static Task<MeetWebhooksApplication> StartAsync(
        RedisServer? redis, params IEnumerable<(string, string)> settings) => MeetWebhooksApplication.StartAsync(
        settings: [.. settings, ("ConnectionStrings:redis", redis?.ConnectionString ?? "")]);

    private static Task HealthIsAsync(MeetWebhooksApplication application, string status) => Eventually.TrueAsync(
        async () => await application.FrontDoor.HealthAsync() == status);

    private static Task<Delivery> PersistAsync(MeetWebhooksApplication application, Delivery delivery) =>
        application.FrontDoor.PersistAsync(delivery);
}
