using System.Collections.Concurrent;

namespace MeetWebhooks.Tests.Harness;

/// <summary>
/// A browser that stays, as an <c>EventSource</c> does: after a lost connection it connects again, with the last
/// event's id, to any replica. It keeps everything that it received.
/// </summary>
public sealed class ReconnectingBrowser : IAsyncDisposable
{
    private readonly IReadOnlyList<HttpClient> _replicas;
    private readonly Random _random;
    private readonly ConcurrentQueue<SseEvent> _received = [];
    private readonly CancellationTokenSource _closed;
    private readonly Task _running;
    private volatile CancellationTokenSource? _connected;
    private volatile SseReader? _events;
    private volatile int _connections;

    /// <param name="replicas">Clients of the Web replicas; each connection goes to a random one.</param>
    /// <param name="seed">The seed of the random choices.</param>
    /// <param name="path">Which stream it has open.</param>
    /// <param name="cancellationToken">Closes the browser.</param>
    public ReconnectingBrowser(
        IReadOnlyList<HttpClient> replicas,
        int seed = 1,
        string path = "events",
        CancellationToken cancellationToken = default)
    {
        _replicas = replicas;
        Path = path;
        _random = new Random(seed);
        _closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = RunAsync();
    }

    /// <summary>Which stream it has open.</summary>
    public string Path { get; }

    /// <summary>The events of all connections.</summary>
    public IReadOnlyCollection<SseEvent> Received => _received;

    /// <summary>The data of those among them that tell what has happened.</summary>
    public IEnumerable<string> Data =>
        _received.Where(received => received.EventType != "reset").Select(received => received.Data);

    /// <summary>How many resets it received.</summary>
    public int Resets => _received.Count(received => received.EventType == "reset");

    /// <summary>The id that the next connection sends.</summary>
    public string LastEventId => _events?.LastEventId ?? "";

    /// <summary>How many connections were made.</summary>
    public int Connections => _connections;

    /// <summary>Opens the stream, and waits until it has sent a position.</summary>
    public static async Task<ReconnectingBrowser> OpenAsync(
        IReadOnlyList<HttpClient> replicas, CancellationToken cancellationToken)
    {
        var browser = new ReconnectingBrowser(replicas, cancellationToken: cancellationToken);
        await browser.UntilAsync(() => browser.LastEventId.Length > 0);
        return browser;
    }

    /// <summary>Breaks the connection; the browser connects again.</summary>
    public void Disconnect() => _connected?.Cancel();

    /// <summary>Waits until that many of those have arrived.</summary>
    public Task ReceivedAsync(int count) => UntilAsync(() => Data.Count() >= count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            using var connected = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            _connected = connected;
            try
            {
                await ReadAsync(_replicas[_random.Next(_replicas.Count)], connected.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
            {
                // The next connection continues after the last event.
            }

            _connected = null;
            await Task.Delay(_random.Next(100), CancellationToken.None);
        }
    }

    private async Task ReadAsync(HttpClient replica, CancellationToken cancellationToken)
    {
        using var connection = await EventConnection.OpenAsync(replica, LastEventId, query: "", cancellationToken, Path);
        _events = connection.Events;
        Interlocked.Increment(ref _connections);
        await foreach (var received in connection.ReadAsync(cancellationToken))
            _received.Enqueue(received);
    }

    private Task UntilAsync(Func<bool> condition) =>
        Eventually.TrueAsync(condition, Eventually.Limit, _closed.Token);
}
