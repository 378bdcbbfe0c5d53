using Garnet.common;
using MeetWebhooks.EmbeddedRedis;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.EmbeddedRedis;

public sealed class EmbeddedServerTests
{
    [Fact]
    public void A_port_that_is_taken_is_told_by_the_exception_after_which_another_is_looked_for()
    {
        using var first = EmbeddedServer.Start();

        Assert.Throws<GarnetException>(() => EmbeddedServer.Start(first.Port));
    }

    [Fact]
    public async Task A_script_is_not_interrupted_by_that_of_another_connection()
    {
        const int Connections = 4, Runs = 500;
        using var server = EmbeddedServer.Start();

        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(CountAsync)));

        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Assert.Equal(Connections * Runs, (int)await redis.GetDatabase().StringGetAsync("count"));

        async Task CountAsync()
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
            for (var run = 0; run < Runs; run++)
            {
                await redis.GetDatabase().ScriptEvaluateAsync(
                    "redis.call('SET', KEYS[1], (redis.call('GET', KEYS[1]) or 0) + 1)", ["count"]);
            }
        }
    }
}
