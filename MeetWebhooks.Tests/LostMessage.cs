using StackExchange.Redis;

namespace MeetWebhooks.Tests;

/// <summary>An event that stands in the log, but whose message never came: what a broken connection leaves behind.</summary>
public static class LostMessage
{
    /// <summary>Appends an event to the log as the application does, except that nothing is published.</summary>
    /// <param name="redis">Redis, as a connection string.</param>
    /// <param name="payload">The event.</param>
    public static async Task AppendAsync(string redis, string payload = "{}")
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        await connection.GetDatabase().ScriptEvaluateAsync(
            """
            local last = redis.call('GET', KEYS[1])
            local id = 'unheard-' .. string.format('%.0f', string.match(last, '%d+$') + 1)
            redis.call('SET', KEYS[1], id)
            redis.call('RPUSH', KEYS[2], id .. ' ' .. last .. ' 9999999999999 -\n' .. ARGV[1])
            """,
            ["{meet-webhooks}:last", "{meet-webhooks}:history"],
            [payload]);
    }
}
