using System.Runtime.CompilerServices;

namespace MeetWebhooks.Tests.Faults;

/// <summary>An event as a browser gets it.</summary>
/// <param name="Id">The last event id when it came.</param>
/// <param name="Type">Its type, <c>message</c> by default.</param>
/// <param name="Data">Its data; null where the stream only said where it stands, of which a page hears nothing.</param>
public sealed record Received(string Id, string Type, string? Data);

/// <summary>Reads a stream as EventSource does: only a whole event counts, half of one (with its id) comes again.</summary>
internal static class ServerSentEvents
{
    public static async IAsyncEnumerable<Received> ReadAsync(
        Stream stream, string lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(stream);
        var (id, type, data) = (lastEventId, "message", new List<string>());
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var value]:
                    id = value;
                    break;
                case ["event", var value]:
                    type = value;
                    break;
                case ["data", var value]:
                    data.Add(value);
                    break;
                case [""]:
                    yield return new Received(id, type, data.Count > 0 ? string.Join('\n', data) : null);
                    (type, data) = ("message", []);
                    break;
            }
        }
    }
}
