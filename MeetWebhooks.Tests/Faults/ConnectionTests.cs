using System.Net;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>
/// A connection to Redis that stands still, or leads to the wrong server, while Redis answers over others. Each service has two
/// connections (commands, messages) for its mirror and two for everything else. In the Api the mirror's come first, in the
/// replica they come last.
/// </summary>
[Collection(nameof(AloneTests))]
public sealed class ConnectionTests
{
    private const int ApiCommands = 3;
    private const int ReplicaCommands = 5;
    private const int ReplicaMessages = 6;

    private static readonly TimeSpan TwiceTheLimit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_stands_still_does_not_make_the_Api_refuse_webhooks_for_longer_than_5_s()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port, ApiCommands, ApiCommands);
        await using var application = await StartAsync(wire);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        wire.HoldAnswers();
        await AcceptedAsync(application, TwiceTheLimit);

        await browser.ReceivedAsync(1);
        Assert.True(application.Log.Has("Replaced the connection to Redis (no answer in time)"));
    }

    [Fact]
    public async Task Live_events_do_not_wait_for_a_check_that_gets_no_answer()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port, ReplicaCommands, ReplicaCommands);
        await using var application = await StartAsync(
            wire, ("Events:Timeout", "00:01:00"), ("Events:CheckInterval", "00:00:00.1"));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        wire.HoldAnswers();
        // By then a check has begun.
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancel);
        var delivery = Delivery.Event("meetingStarted");
        await application.DeliverAsync(delivery);

        await browser.ReceivedAsync(1);
        Assert.Equal([delivery.Json], browser.Data);
    }

    [Fact]
    public async Task A_subscription_that_stands_still_is_not_healthy_and_is_replaced()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port, ReplicaMessages, ReplicaMessages);
        await using var application = await StartAsync(wire);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        wire.HoldAnswers();
        await Eventually.TrueAsync(() => application.Log.Has("may be missing"));
        await Eventually.TrueAsync(async () => await application.FrontDoor.HealthAsync() == "Healthy");
        var delivery = Delivery.Event("meetingStarted");
        await application.DeliverAsync(delivery);

        await browser.ReceivedAsync(1);
        Assert.Equal([delivery.Json], browser.Data);
        Assert.True(application.Log.Has("Replaced the connection to Redis"));
    }

    [Fact]
    public async Task A_failover_behind_a_stable_name_does_not_keep_webhooks_from_being_stored()
    {
        await using var old = await RedisServer.StartAsync("--repl-diskless-sync-delay 0");
        await using var next = await RedisServer.StartAsync($"--replicaof 127.0.0.1 {old.Port}");
        await Eventually.TrueAsync(async () =>
            ((string?)await old.ExecuteAsync("INFO", "replication"))!.Contains("state=online", StringComparison.Ordinal));
        await using var wire = new Wire(old.Port);
        await using var application = await StartAsync(wire);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        await application.DeliverAsync(Delivery.Event("before"));
        await using var copy = await ConnectionMultiplexer.ConnectAsync(next.ConnectionString);
        await Eventually.TrueAsync(async () => await copy.GetDatabase()
            .ListLengthAsync("{meet-webhooks}:history", CommandFlags.DemandReplica) == 1);

        await next.ExecuteAsync("REPLICAOF", "NO", "ONE");
        await old.ExecuteAsync("REPLICAOF", "127.0.0.1", next.Port);
        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Unhealthy");
        wire.ServerPort = next.Port;

        await AcceptedAsync(application, TwiceTheLimit);
        await browser.ReceivedAsync(2);
        Assert.Equal(0, browser.Resets);
        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Healthy"
            && await application.FrontDoor.HealthAsync() == "Healthy");
    }

    [Fact]
    public async Task A_connection_is_not_replaced_where_a_new_one_cannot_be_established()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("ConnectionStrings:redis", redis.ConnectionString + ",connectTimeout=500"), ("Events:Timeout", "00:00:00.5")]);
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);

        redis.Pause();
        await Eventually.TrueAsync(() => application.Log.Has("may be missing"));
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        redis.Continue();

        await AcceptedAsync(application, Eventually.Limit);
        await browser.ReceivedAsync(1);
        Assert.Equal(0, browser.Resets);
    }

    [Fact]
    public async Task A_wrong_password_is_not_taken_for_a_Redis_that_does_not_answer()
    {
        await using var redis = await RedisServer.StartAsync(clientOptions: ",password=right", ["--requirepass right"]);
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", $"127.0.0.1:{redis.Port},password=wrong"));

        using var answer = await Delivery.Event("meetingStarted").PostAsync(application.Api, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("Redis refuses the user name or the password", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_Redis_away_a_health_check_does_not_write_a_stack_trace()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api);
        await redis.KillAsync();
        await Eventually.TrueAsync(async () => await api.Client.HealthAsync() == "Unhealthy"
            && await web.Client.HealthAsync() == "Degraded");

        foreach (var service in (Service[])[api, web])
        {
            var before = service.Output.Split('\n').Length;
            await service.Client.HealthAsync();
            await service.Client.HealthAsync();
            // What comes later is about later checks.
            await Task.Delay(TimeSpan.FromMilliseconds(500), Cancel);
            Assert.InRange(service.Output.Split('\n').Length - before, 0, 4);
            Assert.DoesNotContain("   at ", service.Output, StringComparison.Ordinal);
        }
    }

    // As OpenVidu Meet does: again until it is accepted.
    private static Task AcceptedAsync(MeetWebhooksApplication application, TimeSpan limit)
    {
        var delivery = Delivery.Event("meetingStarted");
        return Eventually.TrueAsync(
            async () =>
            {
                using var answer = await delivery.PostAsync(application.Api, Cancel);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            limit);
    }

    private static Task<MeetWebhooksApplication> StartAsync(Wire wire, params IEnumerable<(string, string)> settings) =>
        MeetWebhooksApplication.StartAsync(
            settings: [("ConnectionStrings:redis", $"127.0.0.1:{wire.Port},connectTimeout=2000"), .. settings]);
}
