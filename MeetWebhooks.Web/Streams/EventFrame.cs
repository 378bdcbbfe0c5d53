using System.Buffers;
using System.Text;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Writes frames of <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-Sent
/// Events</see>.
/// </summary>
internal static class EventFrame
{
    // Whatever is no webhook is a named event, which the event "message" leaves out, and has data: some clients take an id
    // or a comment without data for a message.

    /// <summary>Keeps proxies from closing an idle stream, and finds dead connections.</summary>
    public static ReadOnlySpan<byte> Heartbeat => "event: heartbeat\ndata: {}\n\n"u8;

    /// <summary>A heartbeat with data.</summary>
    /// <param name="data">JSON in one line.</param>
    public static byte[] HeartbeatWith(ReadOnlySpan<byte> data) => [.. "event: heartbeat\ndata: "u8, .. data, .. "\n\n"u8];

    /// <summary>
    /// An event whose data is its payload. A line break would end the data, so each line is a data field of its own.
    /// The browser joins them with line feeds; JSON has line breaks only where any white space may be.
    /// </summary>
    public static byte[] Encode(LoggedEvent logged)
    {
        var payload = logged.Payload.Span;
        var frame = new ArrayBufferWriter<byte>(payload.Length + 64);
        frame.Write("id: "u8);
        Encoding.ASCII.GetBytes(logged.Id.ToString(), frame);
        frame.Write("\n"u8);
        while (true)
        {
            var lineEnd = payload.IndexOfAny((byte)'\r', (byte)'\n');
            frame.Write("data: "u8);
            frame.Write(lineEnd < 0 ? payload : payload[..lineEnd]);
            frame.Write("\n"u8);
            if (lineEnd < 0)
                break;

            var isPair = payload[lineEnd..].StartsWith("\r\n"u8);
            payload = payload[(lineEnd + (isPair ? 2 : 1))..];
        }

        frame.Write("\n"u8);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Tells the browser the position of its stream, so that it has a <c>Last-Event-ID</c> before the first event,
    /// and how soon to reconnect.
    /// </summary>
    public static byte[] Position(LogPosition position, TimeSpan retry) =>
        Encoding.ASCII.GetBytes(
            $"event: position\nid: {position}\nretry: {retry.TotalMilliseconds:0}\ndata: {{}}\n\n");

    /// <summary>Tells the browser that its stream has passed a position without an event for it.</summary>
    public static byte[] Position(LogPosition position) =>
        Encoding.ASCII.GetBytes($"event: position\nid: {position}\ndata: {{}}\n\n");

    /// <summary>A heartbeat that tells the browser how soon to reconnect.</summary>
    public static byte[] Retry(TimeSpan retry) =>
        Encoding.ASCII.GetBytes($"event: heartbeat\nretry: {retry.TotalMilliseconds:0}\ndata: {{}}\n\n");

    /// <summary>Tells the browser that events between its last one and this position are lost to it.</summary>
    public static byte[] Reset(LogPosition position) =>
        Encoding.ASCII.GetBytes(
            $"event: reset\nid: {position}\ndata: {{\"reason\":\"events were lost or expired\"}}\n\n");
}
