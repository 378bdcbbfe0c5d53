using System.Collections.Concurrent;

namespace MeetWebhooks.Tests.Faults;

/// <summary>
/// A browser that stays: as an EventSource does, it connects again after a loss, with the last event's id, to whichever
/// replica answers.
/// </summary>
public sealed class ReconnectingBrowser : IAsyncDisposable
{
    private readonly IReadOnlyList<HttpClient> _frontDoors;
    private readonly Random _random;
    private readonly ConcurrentQueue<Received> _received = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _running;
    private volatile CancellationTokenSource? _connection;
    private volatile string _lastEventId = "";
    private volatile int _connections;

    /// <param name="frontDoors">The replicas, of which each connection takes one at random.</param>
    /// <param name="seed">What the chance begins with.</param>
    public ReconnectingBrowser(IReadOnlyList<HttpClient> frontDoors, int seed = 1)
    {
        _frontDoors = frontDoors;
        _random = new Random(seed);
        _running = RunAsync();
    }

    /// <summary>All that came, over all connections.</summary>
    public IReadOnlyCollection<Received> Received => _received;

    /// <summary>The data of the events that came.</summary>
    public IEnumerable<string> Data =>
        _received.Where(received => received.Type == "message").Select(received => received.Data!);

    /// <summary>How often it was told to begin afresh.</summary>
    public int Resets => _received.Count(received => received.Type == "reset");

    /// <summary>The id that the next connection sends.</summary>
    public string LastEventId => _lastEventId;

    /// <summary>How many connections were made.</summary>
    public int Connections => _connections;

    /// <summary>Opens the stream, and waits until it has said where it stands.</summary>
    public static async Task<ReconnectingBrowser> OpenAsync(params IReadOnlyList<HttpClient> frontDoors)
    {
        var browser = new ReconnectingBrowser(frontDoors);
        await Eventually.TrueAsync(() => browser.LastEventId.Length > 0);
        return browser;
    }

    /// <summary>Breaks the connection off; the browser makes another one.</summary>
    public void Disconnect() => _connection?.Cancel();

    /// <summary>Waits until so many events have come.</summary>
    public Task ReceivedAsync(int events) => Eventually.TrueAsync(() => Data.Count() >= events);

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
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            _connection = connection;
            try
            {
                await ReadAsync(_frontDoors[_random.Next(_frontDoors.Count)], connection.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
            {
            }

            _connection = null;
            await Task.Delay(_random.Next(100), CancellationToken.None);
        }
    }

    private async Task ReadAsync(HttpClient frontDoor, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "events");
        if (_lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastEventId);
        using var answer = await frontDoor.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        Interlocked.Increment(ref _connections);

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var received in ServerSentEvents.ReadAsync(stream, _lastEventId, cancellationToken))
        {
            if (received.Data is not null)
                _received.Enqueue(received);
            _lastEventId = received.Id;
        }
    }
}
