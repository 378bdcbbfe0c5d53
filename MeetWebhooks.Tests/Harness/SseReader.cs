using System.Globalization;
using System.Runtime.CompilerServices;

namespace MeetWebhooks.Tests.Harness;

/// <summary>An event of an event stream.</summary>
/// <param name="EventId">The last event id when it was dispatched.</param>
/// <param name="EventType">Its type, <c>message</c> by default.</param>
/// <param name="Data">Its data.</param>
public sealed record SseEvent(string EventId, string EventType, string Data);

/// <summary>
/// Reads an event stream as a browser's <c>EventSource</c> does
/// (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html"/>). Unlike the framework's parser it
/// changes the last event id only at the end of an event, with data or without: an event of which only a part arrived
/// was not received.
/// </summary>
/// <param name="stream">The response's body.</param>
/// <param name="lastEventId">The id that the request sent.</param>
public sealed class SseReader(Stream stream, string lastEventId = "")
{
    private volatile string _lastEventId = lastEventId;

    /// <summary>The id that a reconnect sends; empty until there is one.</summary>
    public string LastEventId => _lastEventId;

    /// <summary>How long to wait before a reconnect, where the stream says so.</summary>
    public TimeSpan? ReconnectionInterval { get; private set; }

    /// <summary>Reads events until the stream ends.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async IAsyncEnumerable<SseEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(stream);
        var (id, type, data) = (LastEventId, "", new List<string>());
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            if (value.StartsWith(' '))
                value = value[1..];
            switch (field)
            {
                case "id" when !value.Contains('\0', StringComparison.Ordinal):
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data.Add(value);
                    break;
                case "retry" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var retry):
                    ReconnectionInterval = TimeSpan.FromMilliseconds(retry);
                    break;
                case "" when colon < 0:
                    _lastEventId = id;
                    if (data.Count > 0)
                        yield return new SseEvent(id, type.Length > 0 ? type : "message", string.Join('\n', data));
                    (type, data) = ("", []);
                    break;
            }
        }
    }
}
