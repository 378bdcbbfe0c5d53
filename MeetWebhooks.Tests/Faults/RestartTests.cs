using System.Net;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>Redis goes and comes back: with its data, without, or with older data.</summary>
[Collection(nameof(AloneTests))]
public sealed class RestartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_Redis_is_away_a_webhook_is_answered_503_and_its_repeat_goes_through_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString, replicas: 2);
        await using var first = await ReconnectingBrowser.OpenAsync(application.FrontDoors[0]);
        await using var second = await ReconnectingBrowser.OpenAsync(application.FrontDoors[1]);
        var before = await application.FrontDoor.PersistAsync(Delivery.Event("before"));

        await redis.KillAsync();
        var during = Delivery.Event("during");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var refused = await during.PostAsync(application.FrontDoor, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        }

        await Eventually.TrueAsync(async () => await application.FrontDoor.HealthAsync() == "Degraded");
        await redis.RestartAsync();
        await application.FrontDoor.PersistAsync(during);
        await application.FrontDoor.PersistAsync(during);
        var after = await application.FrontDoor.PersistAsync(Delivery.Event("after"));

        foreach (var browser in (ReconnectingBrowser[])[first, second])
        {
            await browser.ReceivedAsync(3);
            Assert.Equal([before.Json, during.Json, after.Json], browser.Data);
            Assert.Equal((0, 1), (browser.Resets, browser.Connections));
        }

        await Eventually.TrueAsync(async () => await application.FrontDoor.HealthAsync() == "Healthy");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_wipe_every_browser_gets_one_reset_and_then_what_comes(bool byRestart)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString, replicas: 2);
        await using var first = await ReconnectingBrowser.OpenAsync(application.FrontDoors[0]);
        await using var second = await ReconnectingBrowser.OpenAsync(application.FrontDoors[1]);
        await using var away = await ReconnectingBrowser.OpenAsync(application.FrontDoors);
        var before = await application.FrontDoor.PersistAsync(Delivery.Event("before"));
        await Task.WhenAll(first.ReceivedAsync(1), second.ReceivedAsync(1), away.ReceivedAsync(1));

        if (byRestart)
        {
            await redis.KillAsync();
            await redis.RestartAsync(wiped: true);
        }
        else
        {
            await redis.ExecuteAsync("FLUSHALL");
        }

        // The first event of the new log has the number of the old one's.
        await Eventually.TrueAsync(() => first.Resets > 0 && second.Resets > 0 && away.Resets > 0);
        var after = await application.FrontDoor.PersistAsync(Delivery.Event("after"));
        away.Disconnect();
        var last = await application.FrontDoor.PersistAsync(Delivery.Event("last"));

        foreach (var browser in (ReconnectingBrowser[])[first, second, away])
        {
            await browser.ReceivedAsync(3);
            Assert.Equal([before.Json, after.Json, last.Json], browser.Data);
            Assert.Equal(1, browser.Resets);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_number_that_older_data_gives_again_is_never_taken_for_the_event_that_had_it(int overtaking)
    {
        // The Api starts anew as well, so nobody who appends remembers how far the log once was; and the replica sees the log
        // only when it has gone on.
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port);
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var application = await StartAsync($"127.0.0.1:{wire.Port}", replicas: 1);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var kept = await api.Client.PersistAsync(Delivery.Event("kept"));
        var backup = redis.Backup();
        var lost = new List<Delivery>();
        for (var n = 0; n < 3; n++)
            lost.Add(await api.Client.PersistAsync(Delivery.Event("lost", $$"""{"n":{{n}}}""")));
        await browser.ReceivedAsync(4);
        await using var away = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        await api.KillAsync();
        wire.HoldAnswers();
        await redis.RestoreAsync(backup);
        await api.RunAsync();
        for (var n = 0; n < overtaking; n++)
            await api.Client.PersistAsync(Delivery.Event("after", $$"""{"n":{{n}}}"""));
        wire.PassAnswers();
        await Eventually.TrueAsync(() => browser.Resets + away.Resets == 2);
        away.Disconnect();
        var last = await api.Client.PersistAsync(Delivery.Event("last"));

        foreach (var one in (ReconnectingBrowser[])[browser, away])
        {
            await Eventually.TrueAsync(() => one.Data.Contains(last.Json));
            Assert.Equal(1, one.Resets);
            Assert.Distinct(one.Data);
        }

        Assert.Equal([kept.Json, .. lost.Select(delivery => delivery.Json)], browser.Data.Take(4));
    }

    [Fact]
    public async Task Browsers_that_older_data_still_reaches_continue_without_a_reset()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(redis.ConnectionString, replicas: 1);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var first = await application.FrontDoor.PersistAsync(Delivery.Event("first"));
        await browser.ReceivedAsync(1);
        var position = browser.LastEventId;
        var second = await application.FrontDoor.PersistAsync(Delivery.Event("second"));
        var backup = redis.Backup();
        await application.FrontDoor.PersistAsync(Delivery.Event("lost"));
        await browser.ReceivedAsync(3);

        await redis.RestoreAsync(backup);
        await Eventually.TrueAsync(() => browser.Resets == 1);
        await using var behind = await Browser.OpenAsync(application.FrontDoor, position);
        var third = await application.FrontDoor.PersistAsync(Delivery.Event("third"));

        Assert.Equal([second.Json, third.Json], (await behind.NextAsync(2)).Select(received => received.Data));
    }

    [Fact]
    public async Task A_system_that_starts_before_Redis_begins_when_it_comes_where_its_log_ends()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString))
        {
            // More than a replica reads at once.
            var log = TestLog.Of(connection);
            for (var n = 0; n < 2000; n++)
                await log.AppendAsync("{}"u8.ToArray(), cancellationToken: Cancel);
        }

        await redis.KillAsync();
        // Without the check, which would read from the log what nobody listens to.
        await using var application = await StartAsync(redis.ConnectionString, replicas: 1, checkInterval: "00:01:00");
        await using var browser = new ReconnectingBrowser([application.FrontDoor]);
        await Eventually.TrueAsync(() => browser.Connections == 1);

        await redis.RestartAsync();
        await Eventually.TrueAsync(() => browser.LastEventId.Length > 0);
        var first = await application.FrontDoor.PersistAsync(Delivery.Event("first"));
        await browser.ReceivedAsync(1);

        Assert.Equal([first.Json], browser.Data);
        Assert.Equal((0, 1), (browser.Resets, browser.Connections));
    }

    private static Task<MeetWebhooksApplication> StartAsync(
        string redis, int replicas, string checkInterval = "00:00:00.2") =>
        MeetWebhooksApplication.StartAsync(
            replicas,
            settings:
            [
                ("ConnectionStrings:redis", redis + ",connectTimeout=500"),
                ("Events:CheckInterval", checkInterval),
                ("Events:Timeout", "00:00:00.5"),
            ]);
}
