using System.Net;

namespace MeetWebhooks.Tests.Faults;

/// <summary>Redis on more than one machine, or behind TLS and a password: only the connection string differs.</summary>
[Collection(nameof(AloneTests))]
public sealed class TopologyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Redis_Cluster_serves_the_log_also_when_the_node_that_has_it_restarts()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: ("ConnectionStrings:redis", cluster.ConnectionString));
        await using var first = await ReconnectingBrowser.OpenAsync(application.FrontDoors[0]);
        await using var second = await ReconnectingBrowser.OpenAsync(application.FrontDoors[1]);
        var posted = new List<string>();

        for (var n = 0; n < 40; n++)
        {
            posted.Add((await application.FrontDoor.PersistAsync(Delivery.Event("x", $$"""{"n":{{n}}}"""))).Json);
            if (n == 20)
            {
                var owner = await cluster.OwnerAsync("{meet-webhooks}:last");
                await owner.KillAsync();
                await owner.RestartAsync();
            }
        }

        foreach (var browser in (ReconnectingBrowser[])[first, second])
        {
            await browser.ReceivedAsync(posted.Count);
            Assert.Equal(posted, browser.Data);
            Assert.Equal(0, browser.Resets);
        }
    }

    [Fact]
    public async Task A_cluster_of_three_nodes_is_healthy()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", cluster.ConnectionString));

        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Healthy"
            && await application.FrontDoor.HealthAsync() == "Healthy");
    }

    [Fact]
    public async Task A_stopped_replica_of_Redis_does_not_make_the_services_unhealthy()
    {
        await using var primary = await RedisServer.StartAsync("--repl-diskless-sync-delay 0");
        await using var replica = await RedisServer.StartAsync($"--replicaof 127.0.0.1 {primary.Port}");
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", $"{primary.ConnectionString},{replica.ConnectionString}"));
        await replica.KillAsync();

        await application.DeliverAsync(Delivery.Event("meetingStarted"));

        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Healthy"
            && await application.FrontDoor.HealthAsync() == "Healthy");
    }

    [Fact]
    public async Task A_Redis_that_takes_no_writes_makes_the_Api_unhealthy()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", redis.ConnectionString));
        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Healthy");

        await redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "1");

        await Eventually.TrueAsync(async () => await application.Api.HealthAsync() == "Unhealthy");
    }

    [Fact]
    public async Task A_failover_by_Sentinel_costs_no_event_that_the_replica_had()
    {
        await using var primary = await RedisServer.StartAsync("--repl-diskless-sync-delay 0");
        await using var replica = await RedisServer.StartAsync($"--replicaof 127.0.0.1 {primary.Port}");
        await using var sentinel = await RedisServer.StartSentinelAsync(primary);
        await Eventually.TrueAsync(async () =>
            ((string?)await primary.ExecuteAsync("INFO", "replication"))!.Contains("state=online", StringComparison.Ordinal)
            && ((string?)await sentinel.ExecuteAsync("INFO", "sentinel"))!.Contains("slaves=1", StringComparison.Ordinal));
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2,
            settings: ("ConnectionStrings:redis", $"127.0.0.1:{sentinel.Port},serviceName=primary"));
        await using var first = await ReconnectingBrowser.OpenAsync(application.FrontDoors[0]);
        await using var second = await ReconnectingBrowser.OpenAsync(application.FrontDoors[1]);
        var posted = new List<string>();

        for (var n = 0; n < 40; n++)
        {
            posted.Add((await application.FrontDoor.PersistAsync(Delivery.Event("x", $$"""{"n":{{n}}}"""))).Json);
            if (n == 20)
            {
                await Eventually.TrueAsync(async () => await OffsetAsync(replica) == await OffsetAsync(primary));
                await primary.KillAsync();
            }
        }

        foreach (var browser in (ReconnectingBrowser[])[first, second])
        {
            await browser.ReceivedAsync(posted.Count);
            Assert.Equal(posted, browser.Data);
            Assert.Equal(0, browser.Resets);
        }
    }

    [Fact]
    public async Task Redis_behind_TLS_and_a_password_needs_only_the_connection_string()
    {
        using var certificate = new TemporaryCertificate();
        var tlsPort = ServerProcess.FreePort();
        await using var redis = await RedisServer.StartAsync(
            clientOptions: ",password=secret",
            [
                "--requirepass secret", $"--tls-port {tlsPort}", "--tls-auth-clients no",
                $"--tls-cert-file {certificate.CertificateFile}", $"--tls-key-file {certificate.KeyFile}",
            ]);
        var connectionString = $"127.0.0.1:{tlsPort},ssl=true,sslHost=localhost,password=secret";
        var trust = ("SERedis_IssuerCertPath", certificate.CertificateFile);
        await using var api = await Service.StartApiAsync(connectionString, trust);
        await using var web = await Service.StartWebAsync($"rediss://:secret@localhost:{tlsPort}", api, trust);
        await using var browser = await ReconnectingBrowser.OpenAsync(web.Client);

        var delivery = await web.Client.PersistAsync(Delivery.Event("meetingStarted"));
        await browser.ReceivedAsync(1);

        Assert.Equal([delivery.Json], browser.Data);
        await using var stranger = await Service.StartApiAsync(
            connectionString.Replace("secret", "wrong", StringComparison.Ordinal), trust);
        using var refused = await Delivery.Event("meetingStarted").PostAsync(stranger.Client, Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.DoesNotContain("wrong", stranger.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", web.Output + api.Output, StringComparison.Ordinal);
    }

    private static async Task<string> OffsetAsync(RedisServer server)
    {
        var info = (string?)await server.ExecuteAsync("INFO", "replication");
        return info!.Split("\r\n").Single(line => line.StartsWith("master_repl_offset", StringComparison.Ordinal));
    }
}
