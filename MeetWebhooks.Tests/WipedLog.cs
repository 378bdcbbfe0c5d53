using StackExchange.Redis;

namespace MeetWebhooks.Tests;

/// <summary>A log that Redis has lost.</summary>
public static class WipedLog
{
    /// <summary>Deletes the log and its newest snapshot, at once.</summary>
    /// <param name="redis">
    /// Redis, as a connection string. The embedded server runs FLUSHALL in the middle of a script, which then goes on with what
    /// it has read before.
    /// </param>
    public static async Task WipeAsync(string redis)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        await connection.GetDatabase().ScriptEvaluateAsync(
            "for _, key in ipairs(KEYS) do redis.call('DEL', key) end",
            ["{meet-webhooks}:last", "{meet-webhooks}:history", "{meet-webhooks}:bytes", "{meet-webhooks}:snapshot"]);
    }
}
