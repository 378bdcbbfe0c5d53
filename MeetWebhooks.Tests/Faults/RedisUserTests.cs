using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>A user of Redis with no more than the rights that <c>docs/redis.md</c> lists.</summary>
[Collection(nameof(AloneTests))]
public sealed class RedisUserTests
{
    private const string Credentials = ",user=meet,password=secret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("redis-server", 0)]
    [InlineData("redis-server", 3)]
    [InlineData("valkey-server", 0)]
    [InlineData("valkey-server", 3)]
    public async Task The_rights_in_the_documentation_are_enough(string program, int database)
    {
        await using var redis = await RedisServer.StartAsync(clientOptions: "", [], program);
        await CreateUserAsync(redis, database == 0 ? [] : ["+select"]);
        await redis.ExecuteAsync("ACL", "SETUSER", "default", "off");
        var connectionString = $"{redis.ConnectionString}{Credentials},defaultDatabase={database}";
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var log = TestLog.Of(connection);
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", connectionString));
        await using var browser = await ReconnectingBrowser.OpenAsync(application.FrontDoor);
        var posted = new List<string>();

        for (var n = 0; n < 300; n++)
            await log.AppendAsync(new byte[20_000], cancellationToken: Cancel);
        await browser.ReceivedAsync(300);
        // Less than the events need.
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", 300 * 20_000);
        for (var n = 0; n < 10; n++)
            posted.Add((await application.FrontDoor.PersistAsync(Delivery.Event("x", $$"""{"n":{{n}}}"""))).Json);
        await browser.ReceivedAsync(310);

        Assert.Equal(posted, browser.Data.Skip(300));
        Assert.Equal(310, (await log.ReadAsync(null, 10, cancellationToken: Cancel)).Last.Number);
        Assert.True(application.Log.Has("Redis is full"));
        Assert.Equal("Healthy", await application.Api.HealthAsync());
        Assert.Equal("Healthy", await application.FrontDoor.HealthAsync());
        await DeniesOnlyWhatIsDocumentedAsync(redis);
    }

    [Fact]
    public async Task The_rights_in_the_documentation_are_enough_in_a_cluster_whose_slots_move()
    {
        await using var cluster = await RedisCluster.StartAsync();
        foreach (var node in cluster.Nodes)
            await CreateUserAsync(node, ["+asking"]);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString + Credentials);
        var log = TestLog.Of(connection);
        await log.AppendAsync("before"u8.ToArray(), cancellationToken: Cancel);

        var complete = await cluster.MoveSlotAsync("{meet-webhooks}:last");
        await log.AppendAsync("during"u8.ToArray(), cancellationToken: Cancel);
        var during = await log.ReadAsync(null, 10, cancellationToken: Cancel);
        await complete();
        await log.AppendAsync("after"u8.ToArray(), cancellationToken: Cancel);
        var after = await log.ReadAsync(null, 10, cancellationToken: Cancel);

        Assert.Equal((2, 2), (during.Events.Count, during.Last.Number));
        Assert.Equal((3, 3), (after.Events.Count, after.Last.Number));
        foreach (var node in cluster.Nodes)
            await DeniesOnlyWhatIsDocumentedAsync(node);
    }

    private static async Task CreateUserAsync(RedisServer redis, params IEnumerable<string> more)
    {
        var line = (await Repository.ReadAsync("docs/redis.md")).Split('\n')
            .Single(line => line.StartsWith("ACL SETUSER", StringComparison.Ordinal))
            .Replace("…", "secret", StringComparison.Ordinal);
        await redis.ExecuteAsync("ACL", [.. line.Split(' ')[1..], .. more]);
    }

    private static async Task DeniesOnlyWhatIsDocumentedAsync(RedisServer redis)
    {
        var documentation = await Repository.ReadAsync("docs/redis.md");
        var denied = ((RedisResult[])(await redis.ExecuteAsync("ACL", "LOG"))!)
            .Select(entry => (string)entry.ToDictionary()["object"]!);
        Assert.All(denied, name => Assert.Contains($"`{name}`", documentation, StringComparison.Ordinal));
    }
}
