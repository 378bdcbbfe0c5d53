namespace MeetWebhooks.Events;

/// <summary>
/// The log's scripts in Lua. Redis runs each as a whole; all keys share one hash tag, so they run on Redis Cluster as well.
/// </summary>
/// <remarks>
/// <c>KEYS</c> of most scripts: the newest event's id, the list of entries, the entries' size in bytes. <c>ARGV[1]</c>: a new
/// mark.
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
    // ARGV[2]: the trace; ARGV[3]: how many events the log keeps; ARGV[4]: how many bytes; ARGV[5]: for how many
    // milliseconds; ARGV[6]: the channel.
    private const string OpenForAppend = OpenLog +
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local bytes = tonumber(redis.call('GET', KEYS[3]) or '')
        local count, entries = 0, {}

        local function append(mark, payload)
            number = number + 1
            local id = mark .. '-' .. string.format('%.0f', number)
            local entry = id .. ' ' .. last .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[2] .. '\n' .. payload
            redis.call('SET', KEYS[1], id)
            count = redis.call('RPUSH', KEYS[2], entry)
            if bytes and count > 1 then
                bytes = bytes + #entry
            else
                bytes = 0
                for _, one in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do bytes = bytes + #one end
            end
            entries[#entries + 1] = entry
            last = id
        end

        local function publish()
            local most, largest, oldest = tonumber(ARGV[3]), tonumber(ARGV[4]), now - tonumber(ARGV[5])
            for _ = 1, 100 + #entries do
                if count == 1 then break end
                local first = redis.call('LINDEX', KEYS[2], 0)
                local at = tonumber(string.match(first, '^%S+ %S+ (%d+) '))
                if count <= most and bytes <= largest and at >= oldest then break end
                redis.call('LPOP', KEYS[2])
                count, bytes = count - 1, bytes - #first
            end
            redis.call('SET', KEYS[3], string.format('%.0f', bytes))
            for _, entry in ipairs(entries) do redis.call('PUBLISH', ARGV[6], entry) end
        end

        """;

    // ARGV[7]: the payload; KEYS[4], ARGV[8]: the delivery, where it is given, and for how long it is remembered.
    public const string Append = OpenForAppend +
        """
        local repeated = KEYS[4] and redis.call('GET', KEYS[4])
        if repeated then return {repeated, 1} end

        append(ARGV[1], ARGV[7])
        if KEYS[4] then redis.call('SET', KEYS[4], last, 'PX', ARGV[8]) end
        publish()
        return {last, 0}
        """;

    // ARGV[7]: the id that must be the newest; ARGV[8] and on: the payloads.
    public const string AppendAt = OpenForAppend +
        """
        if last ~= ARGV[7] then return {last, 1} end
        for i = 8, #ARGV do append(ARGV[1] .. string.format('%.0f', i), ARGV[i]) end
        publish()
        return {last, 0}
        """;

    // KEYS[4] names the newest snapshot as "name position", KEYS[5] gets the new one, KEYS[6] has the one before, if any.
    // ARGV[7]: the payload that tells of it; ARGV[8]: the name that the one before must have, or empty; ARGV[9]: the new
    // value of KEYS[4]; ARGV[10]: the snapshot; ARGV[11]: for how long it is kept at most; ARGV[12]: for how long the one
    // before is still kept.
    public const string AppendSnapshot = OpenForAppend +
        """
        local before = redis.call('GET', KEYS[4])
        if (before and string.match(before, '^%S+') or '') ~= ARGV[8] then return {last, 1} end

        redis.call('SET', KEYS[5], ARGV[10], 'PX', ARGV[11])
        redis.call('SET', KEYS[4], ARGV[9], 'PX', ARGV[11])
        if KEYS[6] then redis.call('PEXPIRE', KEYS[6], ARGV[12]) end
        append(ARGV[1], ARGV[7])
        publish()
        return {last, 0}
        """;

    public const string Get = "return {redis.call('GET', KEYS[1])}";

    // Takes a turn, or keeps it for longer. ARGV[1]: who takes it; ARGV[2]: for how many milliseconds.
    public const string TakeTurn =
        """
        local owner = redis.call('GET', KEYS[1])
        if owner and owner ~= ARGV[1] then return {0} end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return {1}
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
