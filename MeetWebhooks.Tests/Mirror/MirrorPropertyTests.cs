using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>What holds for every history (<see cref="MirrorHistory"/>).</summary>
public sealed class MirrorPropertyTests
{
    [Fact]
    public void Mirrors_that_start_from_different_snapshots_end_equal() =>
        Gen.Select(MirrorHistory.Any, Gen.Int[0, 50], Gen.Int[0, 50]).Sample(
            (history, first, second) =>
            {
                var expected = Fold(history).Describe();
                Assert.Equal(expected, FromSnapshotAt(first).Describe());
                Assert.Equal(expected, FromSnapshotAt(second).Describe());

                MirrorState FromSnapshotAt(int position) =>
                    Fold(history.Skip(position), Fold(history.Take(position)).ReadFromSnapshot());
            },
            iter: 200,
            print: sample => MirrorHistory.Print(sample.Item1));

    [Fact]
    public void An_event_that_is_applied_twice_changes_nothing_the_second_time() =>
        MirrorHistory.Any.Sample(
            history =>
            {
                var state = MirrorState.Empty;
                foreach (var next in history)
                {
                    state = state.Apply(next.Payload, next.At).State;
                    var again = state.Apply(next.Payload, next.At);
                    Assert.Empty(again.Changes);
                    Assert.Equal(state.Describe(), again.State.Describe());
                }
            },
            iter: 200,
            print: MirrorHistory.Print);

    [Fact]
    public void A_copy_that_only_knows_the_changes_has_the_same_items() =>
        MirrorHistory.Any.Sample(
            history =>
            {
                var state = MirrorState.Empty;
                var copy = new Dictionary<(ItemKind, string), MeetItem>();
                foreach (var next in history)
                {
                    var step = state.Apply(next.Payload, next.At);
                    state = step.State;
                    foreach (var change in step.Changes)
                    {
                        if (change.Item is not { } item)
                        {
                            Assert.True(copy.Remove((change.Kind, change.Id)), "What was not there is removed.");
                            continue;
                        }

                        Assert.False(
                            copy.TryGetValue((change.Kind, change.Id), out var known) && known.IsSame(item),
                            "A change says what was known.");
                        copy[(change.Kind, change.Id)] = item;
                    }

                    var items = Enum.GetValues<ItemKind>()
                        .SelectMany(kind => state.Items(kind).Select(item => (Key: (kind, item.Key), item.Value.Item)))
                        .ToDictionary(item => item.Key, item => item.Item);
                    Assert.Equal(items.Keys.ToHashSet(), copy.Keys.ToHashSet());
                    Assert.All(items, item => Assert.True(item.Value.IsSame(copy[item.Key])));
                }
            },
            iter: 200,
            print: MirrorHistory.Print);

    [Fact]
    public void Only_the_item_that_an_event_is_about_changes_and_what_goes_with_it() =>
        MirrorHistory.Any.Sample(
            history =>
            {
                var state = MirrorState.Empty;
                foreach (var next in history)
                {
                    var step = state.Apply(next.Payload, next.At);
                    Assert.All(step.Changes, change => Assert.True(
                        change.Id == step.Subject
                        || (change.Item is null
                            && state.Recordings[change.Id].Item.Text("roomId") == step.Subject)));
                    state = step.State;
                }
            },
            iter: 200,
            print: MirrorHistory.Print);

    [Fact]
    public void A_webhook_brings_nothing_back_that_was_removed_within_an_hour() =>
        MirrorHistory.Any.Sample(
            history =>
            {
                var state = MirrorState.Empty;
                foreach (var next in history)
                {
                    var step = state.Apply(next.Payload, next.At);
                    if (step.Source == EventSource.Webhook)
                    {
                        var removed = state.Removed
                            .Where(removal => next.At - removal.Value.At < MirrorState.RemovalsKept)
                            .Select(removal => removal.Key).ToHashSet();
                        Assert.DoesNotContain(step.State.Rooms.Keys, removed.Contains);
                        Assert.DoesNotContain(step.State.Recordings.Keys, removed.Contains);
                        Assert.DoesNotContain(step.Changes, change =>
                            change.Item?.Text("roomId") is { } room && removed.Contains(room));
                    }

                    state = step.State;
                }
            },
            iter: 200,
            print: MirrorHistory.Print);

    [Fact]
    public void Nothing_depends_on_what_the_clocks_say() =>
        Gen.Select(
                MirrorHistory.Any,
                Gen.OneOf(-3_600_000, -50_000, 50_000, 3_600_000),
                Gen.OneOf(-86_400_000, 86_400_000))
            .Sample(
                (history, byMeet, byLog) =>
                {
                    // Meet's clock is wrong by something, the log's by something else.
                    var skewed = Fold(history.Select(next => new HistoryEvent(
                        Skew(next.Payload, byMeet), next.At.AddMilliseconds(byLog))));
                    var expected = Fold(history);

                    foreach (var kind in Enum.GetValues<ItemKind>())
                    {
                        Assert.Equal(expected.Items(kind).Keys.ToHashSet(), skewed.Items(kind).Keys.ToHashSet());
                        Assert.All(
                            expected.Items(kind),
                            item => Assert.True(item.Value.Item.IsSame(skewed.Items(kind)[item.Key].Item)));
                    }
                },
                iter: 200,
                print: sample => MirrorHistory.Print(sample.Item1));

    [Fact]
    public void The_order_of_fields_the_hosts_of_links_and_the_format_of_numbers_are_no_change() =>
        Gen.Select(MirrorHistory.Of(MirrorHistory.Webhook), Gen.Int[0, int.MaxValue]).Sample(
            (history, seed) =>
            {
                var random = new Random(seed);
                var state = MirrorState.Empty;
                foreach (var next in history)
                {
                    state = state.Apply(next.Payload, next.At).State;
                    Assert.Empty(state.Apply(Restate(next.Payload, random), next.At).Changes);
                }
            },
            iter: 200,
            print: sample => MirrorHistory.Print(sample.Item1));

    private static MirrorState Fold(IEnumerable<HistoryEvent> history, MirrorState? before = null) =>
        history.Aggregate(before ?? MirrorState.Empty, (state, next) => state.Apply(next.Payload, next.At).State);

    private static byte[] Skew(byte[] payload, double by)
    {
        var json = JsonNode.Parse(payload)!;
        json["creationDate"] = json["creationDate"]!.GetValue<double>() + by;
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>The same event, told by somebody else.</summary>
    private static byte[] Restate(byte[] payload, Random random)
    {
        return Encoding.UTF8.GetBytes(Write(JsonElement.Parse(payload)));

        string Write(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => "{" + string.Join(" , ", json.EnumerateObject().ToArray()
                .OrderBy(_ => random.Next())
                .Select(field => $"\"{field.Name}\" : {Write(field.Value)}")) + "}",
            JsonValueKind.Array => "[" + string.Join(",", json.EnumerateArray().Select(Write)) + "]",
            JsonValueKind.Number when random.Next(2) == 0 =>
                json.GetRawText() + (json.GetRawText().Contains('.', StringComparison.Ordinal) ? "0" : ".00") + "e0",
            JsonValueKind.String when json.GetString()!.StartsWith("http", StringComparison.Ordinal) =>
                $"\"https://host{random.Next(9)}:9443/{json.GetString()!.Split('/', 4)[3]}\"",
            _ => json.GetRawText(),
        };
    }
}
