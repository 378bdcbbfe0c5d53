namespace MeetWebhooks.Events;

/// <summary>
/// The log's scripts in Lua. Redis runs each as a whole; all keys share one hash tag, so they run on Redis Cluster as well.
/// </summary>
/// <remarks>
/// <c>KEYS</c>: the newest event's id, the list of entries, the entries' size in bytes and, for an append, the delivery.
/// <c>ARGV[1]</c>: a new mark.
/// </remarks>
internal static class LogScripts
{
    /// <summary>What the error contains where Redis refuses a script's database.</summary>
    public const string NoDatabase = "NODATABASE";

    // Most scripts begin with this: it finds the log, or starts one.
    private const string OpenLog =
        """
        local last = redis.call('GET', KEYS[1])
        if not last then
            last = ARGV[1] .. '-0'
            redis.call('SET', KEYS[1], last)
            redis.call('DEL', KEYS[2], KEYS[3])
        end
        local number = tonumber(string.match(last, '%d+$'))

        """;

    // The time is the server's: an Api whose clock is ahead must not make the log expire.
    public const string Append = OpenLog +
        """
        local repeated = KEYS[4] and redis.call('GET', KEYS[4])
        if repeated then return {repeated, 1} end

        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local id = ARGV[1] .. '-' .. string.format('%.0f', number + 1)
        local entry = id .. ' ' .. last .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[3] .. '\n' .. ARGV[2]
        redis.call('SET', KEYS[1], id)
        local count = redis.call('RPUSH', KEYS[2], entry)
        if KEYS[4] then redis.call('SET', KEYS[4], id, 'PX', ARGV[4]) end

        local bytes = tonumber(redis.call('GET', KEYS[3]) or '')
        if bytes and count > 1 then
            bytes = bytes + #entry
        else
            bytes = 0
            for _, one in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do bytes = bytes + #one end
        end

        local most, largest, oldest = tonumber(ARGV[5]), tonumber(ARGV[6]), now - tonumber(ARGV[7])
        for _ = 1, 100 do
            if count == 1 then break end
            local first = redis.call('LINDEX', KEYS[2], 0)
            local at = tonumber(string.match(first, '^%S+ %S+ (%d+) '))
            if count <= most and bytes <= largest and at >= oldest then break end
            redis.call('LPOP', KEYS[2])
            count, bytes = count - 1, bytes - #first
        end
        redis.call('SET', KEYS[3], string.format('%.0f', bytes))

        redis.call('PUBLISH', ARGV[8], entry)
        return {id, 0}
        """;

    // An entry names the event before it, so it tells whether a reader's position is the one that it follows.
    public const string Read = OpenLog +
        """
        local after, limit, largest = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
        local first = number - redis.call('LLEN', KEYS[2]) + 1
        local from = tonumber(string.match(after, '%d+$') or '-1') + 1
        local continues = after == last
        if not continues and from >= first and from <= number then
            continues = string.match(redis.call('LINDEX', KEYS[2], from - first), '^%S+ (%S+) ') == after
        end
        if not continues then from = first end

        local page, count, bytes = {last, continues and 1 or 0}, 0, 0
        while count < limit and from <= number do
            local entries = redis.call('LRANGE', KEYS[2], from - first, from - first + math.min(20, limit - count) - 1)
            if #entries == 0 then break end
            for _, entry in ipairs(entries) do
                if count > 0 and bytes + #entry > largest then return page end
                count, bytes, from = count + 1, bytes + #entry, from + 1
                page[count + 2] = entry
            end
        end
        return page
        """;

    // Removes the oldest tenth of the events, as far as more than a hundred remain. The count of bytes is made anew with the
    // next event: a full server refuses to write it now.
    public const string Evict =
        """
        local count = redis.call('LLEN', KEYS[2])
        local remove = math.min(math.ceil(count / 10), count - 100)
        if remove < 1 then return {0} end
        redis.call('LTRIM', KEYS[2], remove, -1)
        redis.call('DEL', KEYS[3])
        return {remove}
        """;

    // The write changes nothing, but a replica, a full server or a missing permission refuses it.
    public const string Check = OpenLog +
        """
        redis.call('SET', KEYS[1], last)
        return {last}
        """;

    /// <summary>
    /// A script that runs in a database. It selects the database itself: the client, where Redis refuses to select one,
    /// goes on in another.
    /// </summary>
    /// <param name="database">The database's number.</param>
    /// <param name="script">A script that runs in the database of the connection, which is 0.</param>
    public static string In(int database, string script) => database == 0
        ? script
        : $"""
          local selected = redis.pcall('SELECT', {database})
          if selected.err then return redis.error_reply('{NoDatabase} ' .. selected.err) end
          {script}
          """;
}
