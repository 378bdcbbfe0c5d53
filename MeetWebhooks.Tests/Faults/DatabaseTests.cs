using System.Net;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Faults;

/// <summary>The log is in the database that the connection string names, or nowhere.</summary>
[Collection(nameof(AloneTests))]
public sealed class DatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--databases 3", "+select")]
    [InlineData("--databases 16", "-select")]
    public async Task Where_Redis_refuses_the_database_nothing_is_written_to_another_one(string databases, string right)
    {
        await using var redis = await RedisServer.StartAsync(databases);
        await redis.ExecuteAsync("ACL", "SETUSER", "meet", "on", ">secret", "~*", "&*", "+@all", right);
        // The client must not know how many databases there are: it would refuse by itself.
        await redis.ExecuteAsync("ACL", "SETUSER", "meet", "-config");

        await IsRefusedAsync($"{redis.ConnectionString},user=meet,password=secret,defaultDatabase=3");

        Assert.Equal(0, (int)await redis.ExecuteAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_cluster_refuses_any_database_but_0()
    {
        await using var cluster = await RedisCluster.StartAsync();

        await IsRefusedAsync(cluster.ConnectionString + ",defaultDatabase=3");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Databases_of_one_server_have_logs_and_live_events_of_their_own(bool embedded)
    {
        using var inProcess = embedded ? EmbeddedServer.Start() : null;
        await using var server = embedded ? null : await RedisServer.StartAsync();
        var redis = inProcess?.ConnectionString ?? server!.ConnectionString;
        await using var zero = await StartAsync(redis);
        await using var three = await StartAsync(redis + ",defaultDatabase=3");
        await using var browserOfZero = await ReconnectingBrowser.OpenAsync(zero.FrontDoor);
        await using var browserOfThree = await ReconnectingBrowser.OpenAsync(three.FrontDoor);
        List<string> toZero = [], toThree = [];

        for (var n = 0; n < 10; n++)
        {
            toZero.Add((await zero.FrontDoor.PersistAsync(Delivery.Event("zero", $$"""{"n":{{n}}}"""))).Json);
            toThree.Add((await three.FrontDoor.PersistAsync(Delivery.Event("three", $$"""{"n":{{n}}}"""))).Json);
        }

        await browserOfZero.ReceivedAsync(toZero.Count);
        await browserOfThree.ReceivedAsync(toThree.Count);
        Assert.Equal(toZero, browserOfZero.Data);
        Assert.Equal(toThree, browserOfThree.Data);
        Assert.False(zero.Log.Has("a message was lost"));
        Assert.False(three.Log.Has("a message was lost"));
    }

    private static async Task IsRefusedAsync(string redis)
    {
        await using var application = await StartAsync(redis);

        using var answer = await Delivery.Event("meetingStarted").PostAsync(application.FrontDoor, Cancel);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.ServiceUnavailable, "Redis refuses the database");
        Assert.Equal("Unhealthy", await application.Api.HealthAsync());
        Assert.Equal("Degraded", await application.FrontDoor.HealthAsync());
    }

    private static Task<MeetWebhooksApplication> StartAsync(string redis) =>
        MeetWebhooksApplication.StartAsync(settings: ("ConnectionStrings:redis", redis));
}
