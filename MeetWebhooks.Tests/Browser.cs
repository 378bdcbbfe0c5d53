using System.Net.ServerSentEvents;
using System.Threading.Channels;

namespace MeetWebhooks.Tests;

/// <summary>
/// What a browser's EventSource does with <c>/events</c>: reads one connection, keeps the last event's id. Connecting
/// again is the test's.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly Channel<SseItem<string>> _events = Channel.CreateUnbounded<SseItem<string>>();
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly Task _reading;

    private Browser(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _parser = SseParser.Create(stream);
        _reading = ReadAsync();
    }

    /// <summary>The id that a reconnect would send; empty until the stream has said one.</summary>
    public string LastEventId => _parser.LastEventId;

    /// <summary>How long the stream says to wait before a reconnect.</summary>
    public TimeSpan ReconnectionInterval => _parser.ReconnectionInterval;

    /// <summary>Ends when the server has ended the stream, or the connection broke.</summary>
    public Task Ended => _reading;

    /// <summary>Opens <c>/events</c>.</summary>
    /// <param name="client">A client of a front door.</param>
    /// <param name="lastEventId">The header that a reconnect sends.</param>
    /// <param name="query">For example <c>?last_event_id=…</c>.</param>
    public static async Task<Browser> OpenAsync(HttpClient client, string? lastEventId = null, string query = "")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, "events" + query);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new Browser(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>
    /// Opens <c>/events</c> as a browser without any position does, and waits until the stream has said where it stands:
    /// what is delivered from now on arrives.
    /// </summary>
    public static async Task<Browser> OpenLiveAsync(HttpClient client)
    {
        var browser = await OpenAsync(client);
        await Eventually.TrueAsync(() => browser.LastEventId.Length > 0);
        return browser;
    }

    /// <summary>Waits for the next event.</summary>
    public async Task<SseItem<string>> NextAsync() =>
        await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit);

    /// <summary>Waits for the next events.</summary>
    public async Task<IReadOnlyList<SseItem<string>>> NextAsync(int count)
    {
        var events = new List<SseItem<string>>(count);
        while (events.Count < count)
            events.Add(await NextAsync());
        return events;
    }

    /// <summary>Events that have arrived and were not asked for yet.</summary>
    public int Waiting => _events.Reader.Count;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _response.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var item in _parser.EnumerateAsync(_closed.Token))
                _events.Writer.TryWrite(item);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            // The connection is gone: what arrived is what there is.
        }
        finally
        {
            _events.Writer.TryComplete();
        }
    }
}
