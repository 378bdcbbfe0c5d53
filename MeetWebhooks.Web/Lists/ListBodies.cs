using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Changes;
using MeetWebhooks.Web.Page;

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
internal sealed class ListBodies(LiveMirror mirror, PageItems items, MeetLinks links, TimeProvider time)
{
    /// <summary>How many lists are kept: there is one of each room's recordings.</summary>
    private const int MostLists = 100;

    private readonly Dictionary<(string Name, string? Encoding), (object[] Sources, EncodedList List)> _lists = [];

    /// <summary><c>{rooms}</c>: all rooms, the newest first.</summary>
    public EncodedList Rooms(MirrorView view, string? encoding) => List(
        "rooms", view, encoding, [view.State.Rooms], () => Encode(output => WriteRooms(output, view.State)));

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
    /// <c>{rooms, recordings}</c> as the page shows them: all rooms, and the recordings in progress.
    /// </summary>
    public EncodedList Now(MirrorView view, string? encoding) => Now("now", view, encoding, recording =>
        recording.Item.Text("status") is "starting" or "active" or "ending");

    /// <summary>Like <see cref="Now(MirrorView, string?)"/>, with all recordings.</summary>
    public EncodedList NowWithAllRecordings(MirrorView view, string? encoding) =>
        Now("now with all recordings", view, encoding, static _ => true);

    private EncodedList Now(string name, MirrorView view, string? encoding, Func<MirrorItem, bool> isWanted) => List(
        name, view, encoding, [view.State.Rooms, view.State.Recordings], () =>
        {
            var counts = new RecordingCounts(view.State);
            var output = new ArrayBufferWriter<byte>(64 * 1024);
            using var json = new Utf8JsonWriter(output, ChangeFrames.Json);
            json.WriteStartObject();
            json.WriteStartArray("rooms"u8);
            foreach (var (id, room) in InOrder(view.State.Rooms))
                items.WriteRoom(json, room.Item, counts.Of(id));
            json.WriteEndArray();
            json.WriteStartArray("recordings"u8);
            foreach (var recording in InOrder(view.State.Recordings.Values.Where(isWanted)))
                PageItems.WriteRecording(json, recording.Item);
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            return output.WrittenSpan.ToArray();
        });

    private EncodedList List(string name, MirrorView view, string? encoding, object[] sources, Func<byte[]> encode)
    {
        // Exact as of the time when the mirror had all that the log had.
        var asOf = time.GetTimestamp() - (long)(mirror.Age.TotalSeconds * time.TimestampFrequency);
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

    private void WriteRooms(ArrayBufferWriter<byte> output, MirrorState state) =>
        Write(output, "\"rooms\":["u8, InOrder(state.Rooms).Select(room => room.Value));

    private void WriteRecordings(ArrayBufferWriter<byte> output, IEnumerable<MirrorItem> recordings) =>
        Write(output, "\"recordings\":["u8, InOrder(recordings));

    private void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> start, IEnumerable<MirrorItem> list)
    {
        output.Write(start);
        var isFirst = true;
        foreach (var item in list)
        {
            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            item.WriteTo(output, links.Of);
        }

        output.Write("]"u8);
    }

    private static IEnumerable<KeyValuePair<string, MirrorItem>> InOrder(IEnumerable<KeyValuePair<string, MirrorItem>> rooms) =>
        rooms.OrderByDescending(room => room.Value.Item.Number("creationDate"))
            .ThenBy(room => room.Value.Item.Text("roomName"), StringComparer.Ordinal);

    // One without a date has recorded nothing yet.
    private static IEnumerable<MirrorItem> InOrder(IEnumerable<MirrorItem> recordings) =>
        recordings.OrderByDescending(recording => recording.Item.Number("startDate") ?? double.PositiveInfinity)
            .ThenBy(recording => recording.Item.Text("recordingId"), StringComparer.Ordinal);
}
