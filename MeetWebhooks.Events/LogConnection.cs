using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>
/// The log's connection to Redis. A connection that no longer answers, or that no longer leads to a server that takes
/// writes, is replaced by a new one.
/// </summary>
/// <remarks>
/// The Redis client reconnects by itself when a connection is closed. It does not notice for a long time when one only
/// stands still, and it keeps a connection to an old primary that lives on as a replica behind the same name.
/// </remarks>
public sealed partial class LogConnection : IAsyncDisposable
{
    /// <summary>The shortest time between two attempts to replace the connection.</summary>
    private static readonly TimeSpan ReplacementInterval = TimeSpan.FromSeconds(1);

    private readonly Func<IConnectionMultiplexer> _connect;
    private readonly TimeProvider _time;
    private readonly ILogger<LogConnection> _logger;
    private readonly Lock _lock = new();
    private volatile IConnectionMultiplexer _current;
    private Task _replacement = Task.CompletedTask;
    private long _replacedAt;
    private volatile bool _isDisposed;

    /// <summary>Connects. Where Redis does not answer yet, the connection is made when it does.</summary>
    /// <param name="connect">Makes a connection, which may be one that is not established yet.</param>
    /// <param name="time">The clock for the interval between replacements.</param>
    /// <param name="logger">Where replacements are logged.</param>
    public LogConnection(Func<IConnectionMultiplexer> connect, TimeProvider time, ILogger<LogConnection> logger)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(time);
        _connect = connect;
        _time = time;
        _logger = logger;
        _replacedAt = time.GetTimestamp();
        _current = connect();
        Watch(_current);
    }

    /// <summary>The connection as it is now.</summary>
    public IConnectionMultiplexer Current => _current;

    /// <summary>
    /// Raised when the connection was lost, established again, or replaced: messages may have been missed. The argument is
    /// the reason of a loss, or null.
    /// </summary>
    public event Action<string?>? Changed;

    /// <summary>
    /// Replaces a connection in the background, unless that has happened already or a new one cannot be established either.
    /// </summary>
    /// <param name="broken">The connection that failed.</param>
    /// <param name="reason">What happened, for the log.</param>
    public void Replace(IConnectionMultiplexer broken, string reason)
    {
        lock (_lock)
        {
            if (_isDisposed || broken != _current || !_replacement.IsCompleted
                || _time.GetElapsedTime(_replacedAt) < ReplacementInterval)
                return;
            _replacedAt = _time.GetTimestamp();
            _replacement = Task.Run(() => ReplaceAsync(broken, reason));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task replacement;
        lock (_lock)
        {
            _isDisposed = true;
            replacement = _replacement;
        }

        await replacement.ConfigureAwait(false);
        await _current.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReplaceAsync(IConnectionMultiplexer broken, string reason)
    {
        try
        {
            var connection = _connect();
            if (!connection.IsConnected || _isDisposed)
            {
                // Redis itself is away, and the old connection recovers with it.
                await connection.DisposeAsync().ConfigureAwait(false);
                return;
            }

            Watch(connection);
            _current = connection;
            LogReplaced(reason);
            OnChanged(reason);
            await broken.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotReplaced(PrintableText.Of(exception.Message));
        }
    }

    private void Watch(IConnectionMultiplexer connection)
    {
        connection.ConnectionFailed += (_, failed) => OnChanged(connection, $"connection: {failed.FailureType}");
        connection.ConnectionRestored += (_, _) => OnChanged(connection, null);
    }

    private void OnChanged(IConnectionMultiplexer connection, string? lost)
    {
        if (connection == _current)
            OnChanged(lost);
    }

    // Called by the Redis client's threads, which an exception would end.
    private void OnChanged(string? lost)
    {
        try
        {
            Changed?.Invoke(lost);
        }
        catch (Exception exception)
        {
            LogHandlerFailed(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Replaced the connection to Redis ({Reason}).")]
    private partial void LogReplaced(string reason);

    [LoggerMessage(LogLevel.Warning, "Could not replace the connection to Redis: {Reason}")]
    private partial void LogNotReplaced(string reason);

    [LoggerMessage(LogLevel.Error, "Handling a change of the connection to Redis failed.")]
    private partial void LogHandlerFailed(Exception exception);
}
