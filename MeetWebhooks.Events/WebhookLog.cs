using System.Diagnostics;
using Microsoft.Extensions.Logging;
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

/// <summary>What the events up to a position amount to, so that nobody has to read them all.</summary>
/// <param name="Name">Its name, 1 to 32 lower-case letters and digits that no other snapshot has.</param>
/// <param name="Position">The position.</param>
/// <param name="State">Its bytes.</param>
public sealed record LogSnapshot(string Name, LogPosition Position, ReadOnlyMemory<byte> State);

/// <summary>
/// The log of events in Redis: numbered without gaps, bounded, and published to whoever listens. Each call is one
/// script, which Redis runs as a whole; all keys share one hash tag, so it runs on Redis Cluster as well.
/// </summary>
/// <remarks>
/// Keys: <c>{prefix}:last</c> (the newest event's id), <c>{prefix}:history</c> (a list of entries, see
/// <see cref="LoggedEvent"/>), <c>{prefix}:bytes</c> (their size), <c>{prefix}:delivery:…</c> (which deliveries were
/// appended, each with an expiry), <c>{prefix}:snapshot</c> (the name and position of the newest snapshot),
/// <c>{prefix}:snapshot:…</c> (snapshots), <c>{prefix}:turn:…</c> (who does what, with an expiry). The channel is <c>{prefix}:live</c>, for database 3 <c>{prefix}:live:3</c>: all databases
/// share the server's channels.
/// </remarks>
public sealed partial class WebhookLog
{
    /// <summary>The most bytes of events that one answer of Redis contains, one event excepted.</summary>
    internal const int LargestPage = 1024 * 1024;

    private const int MaxEvictions = 3;

    /// <summary>For how long a snapshot is kept that no other one replaces.</summary>
    private static readonly TimeSpan SnapshotKept = TimeSpan.FromDays(30);

    /// <summary>For how long a snapshot is kept that was replaced: somebody may be about to read it.</summary>
    private static readonly TimeSpan ReplacedSnapshotKept = TimeSpan.FromMinutes(1);

    private readonly LogConnection _connection;
    private readonly WebhookLogOptions _options;
    private readonly ILogger<WebhookLog> _logger;
    private readonly RedisKey[] _keys;
    private readonly string _deliveryPrefix;
    private readonly string _turnPrefix;
    private readonly string _snapshot;
    private readonly int _database;
    private readonly RedisChannel _live;

    /// <summary>Creates the log's client; nothing is sent yet.</summary>
    /// <param name="connection">The connection to Redis.</param>
    /// <param name="options">The log's settings.</param>
    /// <param name="logger">Where it is logged that events were dropped because Redis is full.</param>
    public WebhookLog(LogConnection connection, IOptions<WebhookLogOptions> options, ILogger<WebhookLog> logger)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        _connection = connection;
        _options = options.Value;
        _logger = logger;

        var prefix = $"{{{_options.KeyPrefix}}}:";
        _keys = [prefix + "last", prefix + "history", prefix + "bytes"];
        _deliveryPrefix = prefix + "delivery:";
        _turnPrefix = prefix + "turn:";
        _snapshot = prefix + "snapshot";
        _database = connection.Current.GetDatabase().Database;
        _live = RedisChannel.Literal(_database == 0 ? $"{prefix}live" : $"{prefix}live:{_database}");
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
        using var publish = LogTelemetry.StartPublish(payload.Length, _connection.Current);

        var keys = delivery is null ? _keys : [.. _keys, _deliveryPrefix + delivery];
        RedisValue[] arguments = [.. ArgumentsOfAppend(), payload, (long)rememberedFor.TotalMilliseconds];

        try
        {
            var result = await RunFreeingMemoryAsync(LogScripts.Append, keys, arguments, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Appends events as one step, but only while the log's newest event is the given one.</summary>
    /// <param name="last">What the newest event must be, or number 0 in an empty log.</param>
    /// <param name="payloads">The events' bytes, in order.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still take place.</param>
    /// <returns>False where the log has gone on; then nothing was appended.</returns>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<bool> AppendAtAsync(
        LogPosition last, IEnumerable<byte[]> payloads, CancellationToken cancellationToken = default)
    {
        RedisValue[] arguments = [.. ArgumentsOfAppend(), last.ToString(), .. payloads.Select(payload => (RedisValue)payload)];
        var result = await RunFreeingMemoryAsync(LogScripts.AppendAt, _keys, arguments, cancellationToken).ConfigureAwait(false);
        return (int)result[1] == 0;
    }

    /// <summary>
    /// Stores a snapshot and appends the event that tells of it, as one step, but only while the newest snapshot is the
    /// given one.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="before">The name that the newest snapshot must have, or null where there must be none.</param>
    /// <param name="payload">The event's bytes.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still take place.</param>
    /// <returns>False where another snapshot is the newest; then nothing was stored.</returns>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<bool> AppendSnapshotAsync(
        LogSnapshot snapshot, string? before, byte[] payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        RedisKey[] keys = [.. _keys, _snapshot, SnapshotKey(snapshot.Name)];
        RedisValue[] arguments =
        [
            .. ArgumentsOfAppend(), payload, before ?? "", $"{snapshot.Name} {snapshot.Position}",
            snapshot.State, (long)SnapshotKept.TotalMilliseconds, (long)ReplacedSnapshotKept.TotalMilliseconds,
        ];
        if (before is not null)
            keys = [.. keys, SnapshotKey(before)];
        var result = await RunFreeingMemoryAsync(LogScripts.AppendSnapshot, keys, arguments, cancellationToken).ConfigureAwait(false);
        return (int)result[1] == 0;
    }

    /// <summary>Reads the newest snapshot.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken = default)
    {
        var newest = (string?)await GetAsync(_snapshot, cancellationToken).ConfigureAwait(false);
        if (newest?.Split(' ') is not [var name, var position] || !LogPosition.TryParse(position, out var parsed))
            return null;
        var state = (byte[]?)await GetAsync(SnapshotKey(name), cancellationToken).ConfigureAwait(false);
        return state is null ? null : new LogSnapshot(name, parsed, state);
    }

    /// <summary>
    /// Takes a turn at something that one of several programs is to do, or keeps it for longer. It only saves work: after a
    /// failure two can have it.
    /// </summary>
    /// <param name="name">What the turn is for.</param>
    /// <param name="owner">Who takes it.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False while another one has it.</returns>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<bool> TakeTurnAsync(
        string name, string owner, TimeSpan time, CancellationToken cancellationToken = default)
    {
        var result = await RunAsync(
            LogScripts.TakeTurn, [_turnPrefix + name], [owner, (long)time.TotalMilliseconds], cancellationToken)
            .ConfigureAwait(false);
        return (int)result[0] == 1;
    }

    /// <summary>Checks that the log can be read and appended to; nothing is appended.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer, or refused.</exception>
    public Task CheckWritableAsync(CancellationToken cancellationToken = default) =>
        RunAsync(LogScripts.Check, _keys, [NewMark()], cancellationToken);

    /// <summary>Where the log stands: its newest event, or number 0 in an empty log.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<LogPosition> PositionAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync(after: null, limit: 0, cancellationToken: cancellationToken).ConfigureAwait(false)).Last;

    /// <summary>Reads the events that follow a position.</summary>
    /// <param name="after">
    /// The position. Where it is null, or the log can't continue it, reading begins with the oldest event.
    /// </param>
    /// <param name="limit">How many events at most.</param>
    /// <param name="largest">How many bytes at most, unless the first event alone is larger.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task<LogPage> ReadAsync(
        LogPosition? after, int limit, int largest = LargestPage, CancellationToken cancellationToken = default)
    {
        RedisValue[] arguments = [NewMark(), after?.ToString() ?? "", limit, largest];
        var result = await RunAsync(LogScripts.Read, _keys, arguments, cancellationToken).ConfigureAwait(false);

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
            var queue = await _connection.Current.GetSubscriber().SubscribeAsync(_live)
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
            throw WebhookLogUnavailableException.Of(exception);
        }
    }

    /// <summary>Listens no more.</summary>
    internal async Task UnsubscribeAsync()
    {
        try
        {
            await _connection.Current.GetSubscriber().UnsubscribeAsync(_live, flags: CommandFlags.FireAndForget)
                .ConfigureAwait(false);
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
    internal bool IsListening => _connection.Current.GetSubscriber().SubscribedEndpoint(_live) is not null && CanListen;

    /// <summary>Whether there is a connection that messages can come over.</summary>
    internal bool CanListen => _connection.Current.GetSubscriber().IsConnected(_live);

    /// <summary>The connection to Redis.</summary>
    internal LogConnection Connection => _connection;

    /// <summary>Checks that the connection over which events are heard still answers; replaces it otherwise.</summary>
    /// <exception cref="WebhookLogUnavailableException">It does not answer.</exception>
    internal Task CheckSubscriptionAsync(CancellationToken cancellationToken) => WithRedisAsync(
        redis => redis.GetSubscriber().PingAsync(), cancellationToken);

    /// <summary>The arguments that all scripts that append begin with.</summary>
    private RedisValue[] ArgumentsOfAppend() =>
    [
        NewMark(), Activity.Current?.Id ?? LoggedEvent.NoTrace, _options.RetainedEvents, _options.RetainedBytes,
        (long)_options.RetainedFor.TotalMilliseconds, _live.ToString(),
    ];

    private string SnapshotKey(string name) => $"{_snapshot}:{name}";

    private async Task<RedisResult> GetAsync(string key, CancellationToken cancellationToken) =>
        (await RunAsync(LogScripts.Get, [key], [], cancellationToken).ConfigureAwait(false))[0];

    private async Task<RedisResult[]> RunFreeingMemoryAsync(
        string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        for (var evictions = 0; ; evictions++)
        {
            try
            {
                return await RunAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false);
            }
            catch (WebhookLogUnavailableException exception) when (IsOutOfMemory(exception) && evictions < MaxEvictions)
            {
                var evicted = (int)(await RunAsync(LogScripts.Evict, _keys, [], cancellationToken).ConfigureAwait(false))[0];
                if (evicted == 0)
                    throw;
                LogEvicted(evicted);
            }
        }
    }

    private async Task<RedisResult[]> RunAsync(
        string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken) =>
        (RedisResult[])(await WithRedisAsync(
            redis => redis.GetDatabase(0).ScriptEvaluateAsync(
                LogScripts.In(_database, script), keys, arguments, CommandFlags.DemandMaster),
            cancellationToken).ConfigureAwait(false))!;

    private async Task<T> WithRedisAsync<T>(
        Func<IConnectionMultiplexer, Task<T>> command, CancellationToken cancellationToken)
    {
        var redis = _connection.Current;
        try
        {
            return await command(redis).WaitAsync(_options.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsRedisFailure(exception))
        {
            // Closed connections are restored by the client. Those that look fine and are not have to be replaced.
            if (redis.IsConnected && ReasonToReplace(exception) is { } reason)
                _connection.Replace(redis, reason);
            throw WebhookLogUnavailableException.Of(exception);
        }
    }

    private static string? ReasonToReplace(Exception exception) => exception switch
    {
        TimeoutException => "no answer in time",
        RedisServerException server when server.Message.StartsWith("READONLY", StringComparison.Ordinal) =>
            "the server has become a replica",
        RedisConnectionException => "no server takes writes",
        _ => null,
    };

    private static bool IsOutOfMemory(WebhookLogUnavailableException exception) =>
        exception.InnerException is RedisServerException server && server.Message.Contains("OOM ", StringComparison.Ordinal);

    // What the client refuses by itself, such as a database that Redis does not have, is a RedisCommandException.
    private static bool IsRedisFailure(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException;

    private static LogPosition ReadId(RedisResult result) =>
        LogPosition.TryParse((string?)result, out var id) ? id : throw Foreign();

    private static WebhookLogUnavailableException Foreign() =>
        new("Something else writes to the log's keys in Redis. Set Events:KeyPrefix to one that is not in use.");

    // It must differ from all others, but may be guessed.
    private static string NewMark() => Random.Shared.GetHexString(12, lowercase: true);

    [LoggerMessage(LogLevel.Warning,
        "Redis is full: dropped the {Count} oldest events of the log. Give Redis more memory, or lower Events:RetainedBytes.")]
    private partial void LogEvicted(int count);
}
