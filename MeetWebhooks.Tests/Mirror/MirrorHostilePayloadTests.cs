using System.Text;
using CsCheck;
using MeetWebhooks.Mirror;
using MeetWebhooks.Web.Changes;
using MeetWebhooks.Web.Page;
using Microsoft.Extensions.Options;
using static MeetWebhooks.Tests.Mirror.MirrorPayload;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>Whatever is in the log, a mirror goes on, can be stored, and says the same everywhere.</summary>
public sealed class MirrorHostilePayloadTests
{
    private static readonly Gen<string> Name = Gen.OneOf(
        "roomId", "recordingId", "status", "meetingEndAction", "url", "xUrl", "access", "config", "_extraFields",
        "event", "creationDate", "data", "source", "", "x", @"\ud800", @"\ud800\ud800\ud800", @"\udc00x\ud800status",
        @"\u0075rl", @"creation\u0044ate\ud800", @"_extra\ud800Fields", @"room\u0049d", "\ufffd", "🚀");

    private static readonly Gen<string> Value = Gen.OneOf(
        "null", "true", "-0", "0", "1e400", "-1e400", "1e99999999999", "1e-99999999999",
        "123456789012345678901234567890.5",
        "\"a\"", "\"a--EG_1--x\"", "\"open\"", "\"complete\"", "\"delete\"", "\"\"", @"""\ud800""", @"""\udc00\ud800""",
        @"""http:\/\/a\/\ud800""", "\"http://\"", "\"https://a?b=/c\"", "\"http:///\"", @"""http://\u0061/\u0000\""""",
        "{}", "[]", "[[[[]]]]");

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Value
        : Gen.Frequency(
            (3, Value),
            (2, Gen.Select(Name, inner).Array[0, 4].Select(Object)),
            (1, inner.Array[0, 3].Select(elements => "[" + string.Join(",", elements) + "]"))));

    private static readonly Gen<string> Event = Gen.OneOf(
        "meetingStarted", "meetingEnded", "roomUpdated", "roomDeleted", "recordingUpdated", "recordingDeleted", "x");

    /// <summary>Events about one room and one recording whose other fields are odd, in any order.</summary>
    private static readonly Gen<byte[]> Odd = Gen.Select(
        Event,
        Value,
        Gen.Select(Name, Json).Array[0, 5],
        Gen.Select(Name, Json).Array[0, 2],
        Gen.Int[0, 999],
        (name, date, inside, outside, seed) =>
        {
            var random = new Random(seed);
            (string, string)[] ids = [("roomId", "\"a\""), ("recordingId", "\"a--EG_1--x\"")];
            var data = Object([.. ids.Concat(inside).OrderBy(_ => random.Next())]);
            (string, string)[] known =
                [("event", $"\"{name}\""), ("creationDate", seed % 2 == 0 ? "1" : date), ("data", data)];
            return Encoding.UTF8.GetBytes(Object([.. known.Concat(outside).OrderBy(_ => random.Next())]));
        });

    [Fact]
    public void Random_bytes_and_damaged_events_are_survived() =>
        Gen.OneOf(
                Fuzz.Bytes,
                Fuzz.AlmostJson.Select(Encoding.UTF8.GetBytes),
                MirrorHistory.Payload.SelectMany(Fuzz.Mutation))
            .Array[1, 10]
            .Sample(Survive, iter: 1_000, print: Print);

    [Fact]
    public void Odd_events_are_survived() => Odd.Array[1, 10].Sample(Survive, iter: 2_000, print: Print);

    [Theory]
    [InlineData("""{"creationDate":1,"\ud800\ud800\ud800\ud800":1,"event":"meetingEnded","data":{"roomId":"a"}}""")]
    [InlineData("""{"data":{"roomId":"a"},"\ud800":1,"event":"meetingEnded","creationDate":1}""")]
    [InlineData("""{"event":"meetingEnded","creationDate":1,"data":{"\ud800\ud800\ud800":1,"roomId":"a"}}""")]
    [InlineData("""{"event":"meetingEnded","creationDate":1,"data":{"roomId":"a","\ud800\ud800\ud800":1}}""")]
    public void A_field_whose_name_is_no_text_is_survived(string payload)
    {
        var odd = Encoding.UTF8.GetBytes(payload);
        Survive([MeetingStarted("a", 1), odd, MeetingEnded("a", 2), odd]);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_date_that_is_no_number_of_milliseconds_does_not_stop_snapshots_or_later_events(string date)
    {
        var state = MirrorState.Empty.After(Encoding.UTF8.GetBytes(
            $$"""{"event":"meetingStarted","creationDate":{{date}},"data":{{Room("a", "active_meeting")}}}"""));

        Assert.Equal("open", state.ReadFromSnapshot().After(MeetingEnded("a", 1)).StatusOfRoom("a"));
    }

    [Theory]
    [InlineData("1e99999999999", "1e99999999998")]
    [InlineData("1e2147483647", "10e2147483646")]
    [InlineData("\"\\ud800\"", "\"\\ud801\"")]
    [InlineData("{\"\\ud800\":1,\"a\":2}", "{\"a\":2,\"\\ud800\":1}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2,\"a\":1}")]
    public void Odd_items_can_be_compared(string left, string right)
    {
        Assert.True(Item(left).IsSame(Item(left)));
        Item(left).IsSame(Item(right));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_survived()
    {
        string[] templates =
        [
            """{"roomId":"a","x":"#"}""", """{"roomId":"a","#":1}""", """{"roomId":"#"}""",
            """{"roomId":"a","url":"http://#/x"}""",
        ];
        foreach (var template in templates)
        {
            var payload = Webhook("meetingEnded", 1, template);
            payload[payload.IndexOf((byte)'#')] = 0xff;
            Survive([payload, payload, MeetingStarted("a", 2), payload]);
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(62)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Any_depth_is_survived(int depth)
    {
        var arrays = new string('[', depth) + new string(']', depth);
        var objects = string.Concat(Enumerable.Repeat("""{"xUrl":""", depth)) + "1" + new string('}', depth);
        foreach (var deep in (string[])[arrays, objects])
        {
            var payload = Webhook("meetingEnded", 1, $$"""{"roomId":"a","deep":{{deep}}}""");
            Survive([payload, payload, MeetingStarted("b", 1)]);
        }
    }

    private static readonly ChangeFrames PageFrames =
        new(new PageItems(new MeetLinks(Options.Create(new PageOptions { MeetUrl = "http://meet.example" }))));

    private static void Survive(byte[][] payloads)
    {
        var state = MirrorState.Empty;
        var counts = new RecordingCounts(state);
        foreach (var payload in payloads)
        {
            MirrorEvent.IsForMirrorsOnly(payload);
            var step = state.Apply(payload, Start);
            Assert.Empty(step.State.Apply(payload, Start).Changes);
            var frame = PageFrames.Encode(new LoggedEvent(new("b", 2), new("a", 1), Start, null, payload), state, step, counts);
            Assert.Equal(2, frame.AsSpan()[^2..].Count((byte)'\n'));
            Assert.InRange(frame.AsSpan().Count((byte)'\n'), 4, 4);
            state = step.State;
        }

        Assert.Equal(state.Describe(), state.ReadFromSnapshot().Describe());
    }

    private static string Object((string Name, string Value)[] fields) =>
        "{" + string.Join(",", fields.Select(field => $"\"{field.Name}\":{field.Value}")) + "}";

    private static string Print(byte[][] payloads) => string.Join("\n", payloads.Select(Encoding.UTF8.GetString));
}
