using System.Net;

namespace MeetWebhooks.Tests.Harness;

/// <summary>One connection to <c>GET /events</c>, or to <c>GET /changes</c>.</summary>
public sealed class EventConnection : IDisposable
{
    private readonly HttpResponseMessage _response;

    private EventConnection(HttpResponseMessage response, SseReader events)
    {
        _response = response;
        Events = events;
    }

    /// <summary>What the server sends.</summary>
    public SseReader Events { get; }

    /// <summary>Reads what has happened, and resets.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public IAsyncEnumerable<SseEvent> ReadAsync(CancellationToken cancellationToken) =>
        Events.ReadAsync(cancellationToken).Where(received => received.EventType is "message" or "change" or "reset");

    /// <summary>Connects, and reads the response's headers.</summary>
    /// <param name="client">A client of a Web replica; its default version of HTTP is used.</param>
    /// <param name="lastEventId">The <c>Last-Event-ID</c> header; not sent where it is empty.</param>
    /// <param name="query">For example <c>?last_event_id=…</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the headers.</param>
    /// <param name="path">Which stream.</param>
    /// <exception cref="HttpRequestException">There is no connection, or no event stream.</exception>
    public static async Task<EventConnection> OpenAsync(
        HttpClient client, string lastEventId, string query, CancellationToken cancellationToken, string path = "events")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path + query)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK
            && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new EventConnection(response, new SseReader(stream, lastEventId));
        }

        using (response)
            throw new HttpRequestException($"GET /{path} is no event stream: {response}", null, response.StatusCode);
    }

    /// <summary>Breaks the connection.</summary>
    public void Dispose() => _response.Dispose();
}
