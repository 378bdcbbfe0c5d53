using System.IO.Compression;
using System.Text;
using CsCheck;
using MeetWebhooks.Mirror;
using static MeetWebhooks.Tests.Mirror.MirrorPayload;

namespace MeetWebhooks.Tests.Mirror;

public sealed class MirrorSnapshotTests
{
    private static readonly MirrorState State = (MirrorState.Empty with { IsComplete = true })
        .After(
            MeetingStarted("a", 1.5),
            Webhook("meetingEnded", 2, """{ "roomId":"b", "n":1.50, "s":"\u00e9\ud83d\ude80é","url":"http://a/b" }"""),
            Updated("c"),
            Recorded("a--EG_1--x", "active", 3),
            RoomDeleted("d", EventSource.Reconciliation),
            MeetingStarted("e", 4),
            MeetingEnded("e", 5, deletes: true));

    [Fact]
    public void A_state_survives_a_snapshot_with_everything_in_it()
    {
        Assert.Equal(State.Describe(), State.ReadFromSnapshot().Describe());
        Assert.Equal(MirrorState.Empty.Describe(), MirrorState.Empty.ReadFromSnapshot().Describe());
    }

    [Fact]
    public void A_snapshot_is_compressed()
    {
        var rooms = MirrorState.Empty.After(
            Enumerable.Range(0, 1_000).Select(number => MeetingStarted($"room-{number}", number)));

        var uncompressed = rooms.Rooms.Values.Sum(room => room.Item.Bytes.Length);
        Assert.InRange(MirrorSnapshot.Serialize(rooms).Length, 1, uncompressed / 2);
        Assert.Equal(rooms.Describe(), rooms.ReadFromSnapshot().Describe());
    }

    [Fact]
    public void An_item_as_deep_as_an_event_can_be_survives_a_snapshot()
    {
        // The deepest payload that System.Text.Json reads; a snapshot wraps the item once more.
        var deep = string.Concat(Enumerable.Repeat("""{"x":""", 61)) + "1" + new string('}', 61);
        var state = MirrorState.Empty.After(Webhook("meetingEnded", 1, $$"""{"roomId":"a","deep":{{deep}}}"""));

        Assert.Single(state.Rooms);
        Assert.Equal(state.Describe(), state.ReadFromSnapshot().Describe());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"rooms":[],"recordings":[],"removed":null}""")]
    [InlineData("""{"rooms":[null],"recordings":[],"removed":[]}""")]
    [InlineData("""{"rooms":[{"date":1}],"recordings":[],"removed":[]}""")]
    [InlineData("""{"rooms":[{"item":1}],"recordings":[],"removed":[]}""")]
    [InlineData("""{"rooms":[{"item":{}}],"recordings":[],"removed":[]}""")]
    [InlineData("""{"rooms":[],"recordings":[{"item":{"roomId":"a"}}],"removed":[]}""")]
    [InlineData("""{"rooms":[],"recordings":[],"removed":[null]}""")]
    [InlineData("""{"rooms":[],"recordings":[],"removed":[{"at":1}]}""")]
    [InlineData("""{"rooms":[],"recordings":[],"removed":[{"id":"a","at":999999999999999999}]}""")]
    public void Other_JSON_is_invalid_data(string json) =>
        Assert.Throws<InvalidDataException>(() => MirrorSnapshot.Deserialize(Compress(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Other_bytes_are_invalid_data()
    {
        Assert.Throws<InvalidDataException>(() => MirrorSnapshot.Deserialize([]));
        Assert.Throws<InvalidDataException>(() => MirrorSnapshot.Deserialize(Encoding.UTF8.GetBytes("{}")));
        Gen.OneOf(
                Fuzz.Bytes,
                Fuzz.AlmostJson.Select(json => Compress(Encoding.UTF8.GetBytes(json))),
                Fuzz.Mutation(MirrorSnapshot.Serialize(State)),
                Fuzz.Mutation(Decompress(MirrorSnapshot.Serialize(State))).Select(Compress))
            .Sample(
                bytes =>
                {
                    try
                    {
                        MirrorSnapshot.Deserialize(bytes);
                    }
                    catch (InvalidDataException)
                    {
                        // The only failure that there is.
                    }
                },
                iter: 2_000);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var compression = new BrotliStream(output, CompressionLevel.Fastest))
            compression.Write(bytes);
        return output.ToArray();
    }

    private static byte[] Decompress(byte[] bytes)
    {
        using var input = new MemoryStream(bytes);
        using var compression = new BrotliStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        compression.CopyTo(output);
        return output.ToArray();
    }
}
