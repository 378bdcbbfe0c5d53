using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary><c>GET /events</c>: the events as Server-Sent Events.</summary>
internal sealed class EventsEndpoint(EventRelay relay, IOptions<StreamOptions> options, StreamMetrics metrics)
{
    private const string LastEventIdQuery = "last_event_id";

    // No log has this name: a browser that says something unreadable has missed something unknown.
    private static readonly LogPosition Unknown = new("?", 0);

    /// <summary>
    /// Streams until the browser goes. It continues after the event that the header <c>Last-Event-ID</c> names or, for a
    /// first connection, the query's <c>last_event_id</c>.
    /// </summary>
    public async Task StreamAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache, no-store";
        headers["X-Accel-Buffering"] = "no";

        using var stream = new EventStream(context, relay, options.Value, metrics);
        await stream.RunAsync(StandsAt(context.Request));
    }

    private static LogPosition? StandsAt(HttpRequest request)
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        var text = header.Length > 0 ? header : request.Query[LastEventIdQuery].ToString();
        if (text.Length == 0)
            return null;
        return LogPosition.TryParse(text, out var id) ? id : Unknown;
    }
}
