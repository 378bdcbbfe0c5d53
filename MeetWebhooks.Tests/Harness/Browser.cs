using System.Threading.Channels;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A browser with one connection to <c>/events</c>, whose events are asked for one after another.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly Channel<SseEvent> _received = Channel.CreateUnbounded<SseEvent>();
    private readonly CancellationTokenSource _closed;
    private readonly EventConnection _connection;
    private readonly Task _reading;

    private Browser(EventConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = ReadAsync();
    }

    /// <summary>The id that a reconnect would send.</summary>
    public string LastEventId => _connection.Events.LastEventId;

    /// <summary>How long the stream says to wait before a reconnect.</summary>
    public TimeSpan? ReconnectionInterval => _connection.Events.ReconnectionInterval;

    /// <summary>How many events have arrived and were not asked for yet.</summary>
    public int Waiting => _received.Reader.Count;

    /// <summary>Completes when the server has ended the stream, or the connection broke.</summary>
    public Task Ended => _reading;

    /// <summary>Opens <c>/events</c>.</summary>
    /// <param name="client">A client of a Web replica.</param>
    /// <param name="lastEventId">The header that a reconnect sends.</param>
    /// <param name="query">For example <c>?last_event_id=…</c>.</param>
    /// <param name="cancellationToken">Closes the browser.</param>
    public static async Task<Browser> OpenAsync(
        HttpClient client, string? lastEventId, string query, CancellationToken cancellationToken) =>
        new(await EventConnection.OpenAsync(client, lastEventId ?? "", query, cancellationToken), cancellationToken);

    /// <summary>
    /// Opens <c>/events</c> without a position, and waits until the stream has sent one: every event that is delivered
    /// from then on arrives.
    /// </summary>
    public static async Task<Browser> OpenLiveAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var browser = await OpenAsync(client, lastEventId: null, query: "", cancellationToken);
        await Eventually.TrueAsync(() => browser.LastEventId.Length > 0, Eventually.Limit, cancellationToken);
        return browser;
    }

    /// <summary>Waits for the next event.</summary>
    /// <exception cref="ChannelClosedException">The stream has ended before.</exception>
    /// <exception cref="TimeoutException">None came within <see cref="Eventually.Limit"/>.</exception>
    public Task<SseEvent> NextAsync() =>
        _received.Reader.ReadAsync(_closed.Token).AsTask().WaitAsync(Eventually.Limit);

    /// <summary>Waits for the next events.</summary>
    public async Task<IReadOnlyList<SseEvent>> NextAsync(int count)
    {
        var events = new List<SseEvent>(count);
        while (events.Count < count)
            events.Add(await NextAsync());
        return events;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _connection.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var received in _connection.ReadAsync(_closed.Token))
                _received.Writer.TryWrite(received);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // The connection is lost: the events that arrived before can still be asked for.
        }
        finally
        {
            _received.Writer.TryComplete();
        }
    }
}
