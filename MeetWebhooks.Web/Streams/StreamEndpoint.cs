using System.Buffers;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MeetWebhooks.Web.Streams;

/// <summary>Answers a request with a stream of Server-Sent Events.</summary>
internal sealed class StreamEndpoint(StreamMetrics metrics)
{
    // Clients that cannot set a header name the query each in its own way.
    private static readonly string[] LastEventIdQueries = ["last_event_id", "lastEventId", LastEventIdHeader];

    private const string LastEventIdHeader = "Last-Event-ID";

    // No log has this mark: a browser that sends an unreadable id has lost events, and nobody knows which.
    private static readonly LogPosition Unknown = new("?", 0);

    /// <summary>
    /// Streams until the browser disconnects. The stream continues after the event that the header <c>Last-Event-ID</c>
    /// names or, for a first connection, the query's <c>last_event_id</c>, <c>lastEventId</c> or <c>Last-Event-ID</c>.
    /// </summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="broadcast">What is streamed.</param>
    public async Task StreamAsync(HttpContext context, Broadcast broadcast)
    {
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        // A proxy that compresses would hold back events. HAProxy is told not to by no-transform; Caddy by the encoding,
        // although https://www.rfc-editor.org/rfc/rfc9110#section-8.4 has no use for this one.
        headers.CacheControl = "no-cache, no-store, no-transform";
        headers.ContentEncoding = "identity";
        headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        if (broadcast.IsDraining)
        {
            // Not an error: a browser's EventSource does not reconnect after one.
            context.Response.BodyWriter.Write(broadcast.Goodbye);
            return;
        }

        // How slowly a browser may read is up to the ring.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;

        using var stream = new EventStream(context, broadcast, LastEventId(context.Request), metrics);
        await stream.RunAsync();
    }

    private static LogPosition? LastEventId(HttpRequest request)
    {
        // The header comes first: a browser that reconnects repeats the query of its first connection.
        var text = LastEventIdQueries.Select(name => request.Query[name])
            .Prepend(request.Headers[LastEventIdHeader])
            .Select(value => value.ToString())
            .FirstOrDefault(value => value.Length > 0);
        if (text is null)
            return null;
        return LogPosition.TryParse(text, out var id) ? id : Unknown;
    }
}
