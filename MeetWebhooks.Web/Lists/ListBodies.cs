using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using MeetWebhooks.Mirror;
using MeetWebhooks.Web.Page;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Lists;

/// <summary>
/// The lists as bodies, each encoded once for everybody and for as long as nothing in it changes.
/// </summary>
internal sealed class ListBodies(IOptions<PageOptions> options)
{
    /// <summary>How many bodies are kept: lists of one room's recordings are many.</summary>
    private const int MostBodies = 100;

    private readonly Uri _meet = new(options.Value.MeetUrl);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary><c>{rooms}</c>: all rooms, the newest first.</summary>
    public CompressedBody Rooms(MirrorState state) =>
        Body("rooms", [state.Rooms], () => Encode(output => WriteRooms(output, state, counts: null)));

    /// <summary>
    /// <c>{recordings}</c>: the recordings of rooms whose name begins with a text, the newest first.
    /// </summary>
    public CompressedBody Recordings(MirrorState state, string roomName) => Body(
        "recordings " + roomName,
        [state.Recordings],
        () => Encode(output => WriteRecordings(output, state.Recordings.Values.Where(recording =>
            (recording.Item.Text("roomName") ?? "").StartsWith(roomName, StringComparison.Ordinal)))));

    /// <summary>
    /// <c>{rooms, recordings}</c>: all rooms, each with the number of its recordings (<c>recordingCount</c>), and the
    /// recordings in progress.
    /// </summary>
    public CompressedBody Now(MirrorState state) => Body("now", [state.Rooms, state.Recordings], () => Encode(output =>
    {
        var counts = state.Recordings.Values.CountBy(recording => recording.Item.Text("roomId") ?? "").ToDictionary();
        WriteRooms(output, state, counts);
        output.Write(","u8);
        WriteRecordings(output, state.Recordings.Values.Where(recording =>
            recording.Item.Text("status") is "starting" or "active" or "ending"));
    }));

    private CompressedBody Body(string name, object[] sources, Func<byte[]> encode)
    {
        if (_entries.TryGetValue(name, out var known) && known.IsOf(sources))
            return known.Body.Value;
        if (_entries.Count >= MostBodies)
            _entries.Clear();
        var entry = new Entry(sources, new(() => new CompressedBody(encode(), CompressionLevel.Fastest)));
        // Of those who ask at the same moment, one encodes.
        return _entries.AddOrUpdate(name, entry, (_, other) => other.IsOf(sources) ? other : entry).Body.Value;
    }

    private static byte[] Encode(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        output.Write("{"u8);
        write(output);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    private void WriteRooms(ArrayBufferWriter<byte> output, MirrorState state, Dictionary<string, int>? counts)
    {
        output.Write("\"rooms\":["u8);
        var isFirst = true;
        foreach (var (id, room) in state.Rooms
            .OrderByDescending(room => room.Value.Item.Number("creationDate"))
            .ThenBy(room => room.Value.Item.Text("roomName"), StringComparer.Ordinal))
        {
            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            room.WriteTo(output, LinkOf, counts is null
                ? []
                : Encoding.ASCII.GetBytes($"\"recordingCount\":{counts.GetValueOrDefault(id)}"));
        }

        output.Write("]"u8);
    }

    private void WriteRecordings(ArrayBufferWriter<byte> output, IEnumerable<MirrorItem> recordings)
    {
        output.Write("\"recordings\":["u8);
        var isFirst = true;
        // One without a date has recorded nothing yet.
        foreach (var recording in recordings
            .OrderByDescending(recording => recording.Item.Number("startDate") ?? double.PositiveInfinity)
            .ThenBy(recording => recording.Item.Text("recordingId"), StringComparer.Ordinal))
        {
            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            recording.WriteTo(output, LinkOf);
        }

        output.Write("]"u8);
    }

    /// <summary>Where browsers reach a path of OpenVidu Meet's, which may lack the path that it has from outside.</summary>
    private string LinkOf(string path)
    {
        var basePath = _meet.AbsolutePath.TrimEnd('/');
        var isComplete = path.StartsWith(basePath + "/", StringComparison.Ordinal);
        return _meet.GetLeftPart(UriPartial.Authority) + (isComplete ? path : basePath + path);
    }

    /// <summary>A body, and what it was made of.</summary>
    private sealed record Entry(object[] Sources, Lazy<CompressedBody> Body)
    {
        public bool IsOf(object[] sources) => Sources.Zip(sources, ReferenceEquals).All(isSame => isSame);
    }
}
