using System.Diagnostics;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>What became of an append.</summary>
/// <param name="Id">The event's place in the log.</param>
/// <param name="IsRepeat">True where the same delivery already stood in the log: then nothing was appended.</param>
public readonly record struct Appended(LogPosition Id, bool IsRepeat);

/// <summary>A stretch of the log.</summary>
/// <param name="Last">The log's newest event, or number 0 in an empty log.</param>
/// <param name="Continues">
/// Whether the events follow the position that was asked for. False where the log doesn't know it, or has lost what came
/// after it: then they begin with the oldest that the log has.
/// </param>
/// <param name="Events">The events, in order, without gaps.</param>
public sealed record LogPage(LogPosition Last, bool Continues, IReadOnlyList<LoggedEvent> Events);

/// <summary>
/// The log of events in Redis: numbered without gaps, bounded, and published to whoever listens. Each call is one
/// script, which Redis runs as a whole; all keys share one hash tag, so it runs on Redis Cluster as well.
/// </summary>
/// <remarks>
/// Keys: <c>{prefix}:last</c> (the newest event's id), <c>{prefix}:history</c> (a list of entries, see
/// <see cref="LoggedEvent"/>), <c>{prefix}:delivery:…</c> (which deliveries were appended, each with an expiry), and the
/// channel <c>{prefix}:live</c>.
/// </remarks>
public sealed class WebhookLog
{
    // Every script begins with this: it finds the log, or starts one.
    private const string OpenLog =
        """
        local last = redis.call('GET', KEYS[1])
        if not last then
            last = ARGV[1] .. '-0'
            redis.call('SET', KEYS[1], last)
            redis.call('DEL', KEYS[2])
        end
        local number = tonumber(string.match(last, '%d+$'))

        """;

    private const string AppendScript = OpenLog +
        """
        local repeated = KEYS[3] and redis.call('GET', KEYS[3])
        if repeated then return {repeated, 1} end

        local id = ARGV[1] .. '-' .. string.format('%.0f', number + 1)
        local entry = id .. ' ' .. last .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. '\n' .. ARGV[2]
        redis.call('SET', KEYS[1], id)
        redis.call('RPUSH', KEYS[2], entry)
        if KEYS[3] then redis.call('SET', KEYS[3], id, 'PX', ARGV[5]) end

        redis.call('LTRIM', KEYS[2], -tonumber(ARGV[6]), -1)
        for _ = 1, 100 do
            local oldest = redis.call('LINDEX', KEYS[2], 0)
            if tonumber(string.match(oldest, '^%S+ %S+ (%d+) ')) >= tonumber(ARGV[7]) then break end
            redis.call('LPOP', KEYS[2])
        end

        redis.call('PUBLISH', ARGV[8], entry)
        return {id, 0}
        """;

    // An entry names the event before it, so it tells whether a reader's position is the one that it follows.
    private const string ReadScript = OpenLog +
        """
        local after, limit = ARGV[2], tonumber(ARGV[3])
        local first = number - redis.call('LLEN', KEYS[2]) + 1
        local from = tonumber(string.match(after, '%d+$') or '-1') + 1
        local continues = after == last
        if not continues and from >= first and from <= number then
            continues = string.match(redis.call('LINDEX', KEYS[2], from - first), '^%S+ (%S+) ') == after
        end
        if not continues then from = first end

        local page = {last, continues and 1 or 0}
        if limit > 0 and from <= number then
            local entries = redis.call('LRANGE', KEYS[2], from - first, from - first + limit - 1)
            for i = 1, #entries do page[i + 2] = entries[i] end
        end
        return page
        """;

    // The write changes nothing, but a replica, a full server or a missing permission refuses it.
    private const string CheckScript = OpenLog +
        """
        redis.call('SET', KEYS[1], last)
        return {last}
        """;

    private const string NoAnswer =
        "Redis does not answer. Check that it runs and that ConnectionStrings:redis leads to it.";

    // Out of memory, a replica, no permission, no such database, …
    private const string Refused =
        "Redis answers, but refuses what it is asked to do. The log of this service has the reason.";

    private readonly IConnectionMultiplexer _redis;
    private readonly WebhookLogOptions _options;
    private readonly TimeProvider _time;
    private readonly RedisKey[] _keys;
    private readonly string _deliveryPrefix;
    private readonly RedisChannel _live;

    /// <summary>Creates the log's client; nothing is sent yet.</summary>
    /// <param name="redis">The connection to Redis.</param>
    /// <param name="options">The log's settings.</param>
    /// <param name="time">The clock for <see cref="LoggedEvent.AppendedAt"/> and for retention.</param>
    public WebhookLog(IConnectionMultiplexer redis, IOptions<WebhookLogOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _redis = redis;
        _options = options.Value;
        _time = time;

        var prefix = $"{{{_options.KeyPrefix}}}:";
        _keys = [prefix + "last", prefix + "history"];
        _deliveryPrefix = prefix + "delivery:";
        _live = RedisChannel.Literal(prefix + "live");
    }

    /// <summary>
    /// Appends an event and publishes it, as one step. It carries the current trace with it
    /// (<see cref="LoggedEvent.TraceParent"/>).
    /// </summary>
    /// <param name="payload">The event's bytes.</param>
    /// <param name="delivery">
    /// What makes a delivery recognisable when it is repeated, or null for an event that is never repeated.
    /// </param>
    /// <param name="rememberedFor">For how long a repeat of the delivery is recognised.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still take place.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer. A repeat of the call is safe where a
    /// <paramref name="delivery"/> was given.</exception>
    public async Task<Appended> AppendAsync(
        ReadOnlyMemory<byte> payload,
        string? delivery = null,
        TimeSpan rememberedFor = default,
        CancellationToken cancellationToken = default)
    {
        using var publish = LogTelemetry.StartPublish(payload.Length);

        var now = _time.GetUtcNow();
        var keys = delivery is null ? _keys : [.. _keys, _deliveryPrefix + delivery];
        RedisValue[] arguments =
        [
            NewMark(), payload, now.ToUnixTimeMilliseconds(), Activity.Current?.Id ?? LoggedEvent.NoTrace,
            (long)rememberedFor.TotalMilliseconds,
            _options.RetainedEvents, (now - _options.RetainedFor).ToUnixTimeMilliseconds(), _live.ToString(),
        ];

        try
        {
            var result = await RunAsync(AppendScript, keys, arguments, cancellationToken).ConfigureAwait(false);
            var appended = new Appended(ReadId(result[0]), (int)result[1] == 1);
            publish.Done(appended);
            return appended;
        }
        catch (Exception exception)
        {
            publish.Failed(exception);
            throw;
        }
    }

    /// <summary>Checks that the log can be read and appended to; nothing is appended.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer, or refused.</exception>
    public Task CheckWritableAsync(CancellationToken cancellationToken = default) =>
        RunAsync(CheckScript, _keys, [NewMark()], cancellationToken);

    /// <summary>Where the log stands: its newest event, or number 0 in an empty log.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<LogPosition> PositionAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync(after: null, limit: 0, cancellationToken).ConfigureAwait(false)).Last;

    /// <summary>Reads the events that follow a position.</summary>
    /// <param name="after">
    /// The position. Where it is null, or the log can't continue it, reading begins with the oldest event.
    /// </param>
    /// <param name="limit">How many events at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<LogPage> ReadAsync(LogPosition? after, int limit, CancellationToken cancellationToken = default)
    {
        RedisValue[] arguments = [NewMark(), after?.ToString() ?? "", limit];
        var result = await RunAsync(ReadScript, _keys, arguments, cancellationToken).ConfigureAwait(false);

        var events = new LoggedEvent[result.Length - 2];
        for (var i = 0; i < events.Length; i++)
            events[i] = LoggedEvent.TryRead((byte[])result[i + 2]!, out var logged) ? logged : throw Foreign();
        return new LogPage(ReadId(result[0]), (int)result[1] == 1, events);
    }

    /// <summary>
    /// Listens to events as they are appended; whoever listened before hears no more. Messages can be lost whenever the
    /// connection is, which is why <see cref="LogFollower"/> exists.
    /// </summary>
    /// <param name="onEvent">Called for each event, one at a time, in the order in which Redis sent them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer, or refused. Then nobody listens.</exception>
    internal async Task SubscribeAsync(Action<LoggedEvent> onEvent, CancellationToken cancellationToken)
    {
        // The client keeps every subscription until it is told otherwise, also one that failed: it would collect messages
        // for nobody.
        await UnsubscribeAsync().ConfigureAwait(false);
        try
        {
            var queue = await _redis.GetSubscriber().SubscribeAsync(_live)
                .WaitAsync(_options.Timeout, cancellationToken).ConfigureAwait(false);
            queue.OnMessage(message =>
            {
                if (LoggedEvent.TryRead((byte[])message.Message!, out var logged))
                    onEvent(logged);
            });
        }
        catch (Exception exception) when (IsRedisFailure(exception))
        {
            await UnsubscribeAsync().ConfigureAwait(false);
            throw Unavailable(exception);
        }
    }

    /// <summary>Listens no more.</summary>
    internal async Task UnsubscribeAsync()
    {
        try
        {
            await _redis.GetSubscriber().UnsubscribeAsync(_live, flags: CommandFlags.FireAndForget).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsRedisFailure(exception))
        {
            // The connection is gone, and the subscription with it.
        }
    }

    /// <summary>
    /// Whether messages can come just now: false while the connection that they come over is lost, or after Redis has refused
    /// the subscription over a new one.
    /// </summary>
    internal bool IsListening => _redis.GetSubscriber().SubscribedEndpoint(_live) is not null && CanListen;

    /// <summary>Whether there is a connection that messages can come over.</summary>
    internal bool CanListen => _redis.GetSubscriber().IsConnected(_live);

    /// <summary>A connection to Redis was lost, or made again: messages may be missing.</summary>
    internal event EventHandler<ConnectionFailedEventArgs> ConnectionChanged
    {
        add
        {
            _redis.ConnectionFailed += value;
            _redis.ConnectionRestored += value;
        }
        remove
        {
            _redis.ConnectionFailed -= value;
            _redis.ConnectionRestored -= value;
        }
    }

    private async Task<RedisResult[]> RunAsync(
        string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _redis.GetDatabase().ScriptEvaluateAsync(script, keys, arguments, CommandFlags.DemandMaster)
                .WaitAsync(_options.Timeout, cancellationToken).ConfigureAwait(false);
            return (RedisResult[])result!;
        }
        catch (Exception exception) when (IsRedisFailure(exception))
        {
            throw Unavailable(exception);
        }
    }

    // What the client refuses by itself, such as a database that Redis does not have, is a RedisCommandException.
    private static bool IsRedisFailure(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException;

    private static WebhookLogUnavailableException Unavailable(Exception exception) =>
        new(exception is RedisServerException or RedisCommandException ? Refused : NoAnswer, exception);

    private static LogPosition ReadId(RedisResult result) =>
        LogPosition.TryParse((string?)result, out var id) ? id : throw Foreign();

    private static WebhookLogUnavailableException Foreign() =>
        new("Something else writes to the log's keys in Redis. Set Events:KeyPrefix to one that is not in use.");

    // It must differ from all others, but may be guessed.
    private static string NewMark() => Random.Shared.GetHexString(12, lowercase: true);
}
