using System.Buffers;
using System.IO.Compression;
using System.Text;
using MeetWebhooks.Mirror;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Page;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Lists;

/// <summary>A list as a body.</summary>
/// <param name="Body">The body, which may still be being encoded.</param>
/// <param name="Position">The position in the log that it is exact at.</param>
/// <param name="AsOf">The timestamp of the last moment of which is known that it was exact.</param>
/// <param name="Before">The list before it, for the time until it is encoded.</param>
internal sealed record EncodedList(Task<CompressedBody> Body, LogPosition Position, long AsOf, EncodedList? Before);

/// <summary>
/// The lists as bodies, each encoded in the background, once for everybody and for as long as nothing in it changes.
/// </summary>
internal sealed class ListBodies
{
    /// <summary>How many lists are kept: there is one of each room's recordings.</summary>
    private const int MostLists = 100;

    private readonly LiveMirror _mirror;
    private readonly TimeProvider _time;
    private readonly Uri _meet;
    private readonly Dictionary<(string Name, string? Encoding), (object[] Sources, EncodedList List)> _lists = [];

    public ListBodies(LiveMirror mirror, IOptions<PageOptions> options, TimeProvider time)
    {
        _mirror = mirror;
        _time = time;
        _meet = new(options.Value.MeetUrl);
    }

    /// <summary><c>{rooms}</c>: all rooms, the newest first.</summary>
    public EncodedList Rooms(MirrorView view, string? encoding) => List(
        "rooms", view, encoding, [view.State.Rooms], () => Encode(output => WriteRooms(output, view.State, counts: null)));

    /// <summary>
    /// <c>{recordings}</c>: the recordings of rooms whose name begins with a text, the newest first.
    /// </summary>
    public EncodedList Recordings(MirrorView view, string roomName, string? encoding) => List(
        "recordings " + roomName,
        view,
        encoding,
        [view.State.Recordings],
        () => Encode(output => WriteRecordings(output, view.State.Recordings.Values.Where(recording =>
            (recording.Item.Text("roomName") ?? "").StartsWith(roomName, StringComparison.Ordinal)))));

    /// <summary>
    /// <c>{rooms, recordings}</c>: all rooms, each with the number of its recordings (<c>recordingCount</c>), and the
    /// recordings in progress.
    /// </summary>
    public EncodedList Now(MirrorView view, string? encoding) => List(
        "now", view, encoding, [view.State.Rooms, view.State.Recordings], () => Encode(output =>
        {
            var recordings = view.State.Recordings.Values;
            var counts = recordings.CountBy(recording => recording.Item.Text("roomId") ?? "").ToDictionary();
            WriteRooms(output, view.State, counts);
            output.Write(","u8);
            WriteRecordings(output, recordings.Where(recording =>
                recording.Item.Text("status") is "starting" or "active" or "ending"));
        }));

    private EncodedList List(string name, MirrorView view, string? encoding, object[] sources, Func<byte[]> encode)
    {
        // Exact as of the time when the mirror had all that the log had.
        var asOf = _time.GetTimestamp() - (long)(_mirror.Age.TotalSeconds * _time.TimestampFrequency);
        var key = (name, encoding);
        lock (_lists)
        {
            var known = _lists.GetValueOrDefault(key);
            if (known.Sources is not null && known.Sources.SequenceEqual(sources, ReferenceEqualityComparer.Instance))
            {
                var same = known.List with { Position = view.Position!.Value, AsOf = asOf };
                _lists[key] = known with { List = same };
                return same;
            }

            if (_lists.Count >= MostLists)
                _lists.Clear();
            var before = known.List is { Body.IsCompletedSuccessfully: true } ? known.List with { Before = null } : known.List?.Before;
            var body = Task.Run(() =>
            {
                var encoded = new CompressedBody(encode(), CompressionLevel.Fastest);
                encoded.Prepare(encoding);
                return encoded;
            });
            var list = new EncodedList(body, view.Position!.Value, asOf, before);
            _lists[key] = (sources, list);
            return list;
        }
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
}
