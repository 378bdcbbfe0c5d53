using System.Globalization;
using System.Text;
using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>What real OpenVidu Meet servers sent, folded, and compared with what their REST API answered.</summary>
public sealed class MirrorCaptureTests
{
    /// <summary>Answers that differ from the last webhook: OpenVidu Meet sent none for what happened between.</summary>
    private static readonly HashSet<string> ChangedWithoutWebhook =
    [
        // A recording that was stopped before it could start: aborted becomes failed when the start times out (20 s).
        "recordings-get-aborted-20-s-later",
        // The command DELETE with withRecordings=close closed the room.
        "rooms-get-closed",
    ];

    /// <summary>Answers with 404: the command DELETE with withRecordings=force deleted it without a webhook.</summary>
    private static readonly HashSet<string> DeletedWithoutWebhook = ["recordings-get-after-room-force"];

    public static TheoryData<string> Versions => CaptureFile.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_the_webhooks_said_last_is_what_is_read_afterwards(string version)
    {
        var accepted = Accepted(version);
        var state = Fold(accepted);
        var compared = 0;
        foreach (var read in Read(version).Where(read => read.IsGet && !ChangedWithoutWebhook.Contains(read.Name)))
        {
            if (accepted.LastOrDefault(webhook => webhook.Id == read.Id) is not { } last)
                continue;
            if (!state.Items(read.Kind).TryGetValue(read.Id, out var known))
            {
                // What the webhooks removed can have been read only before.
                Assert.True(read.At is null || read.At <= last.At, read.Name);
                continue;
            }

            // A header Date has no more than seconds: within the second of the webhook, the answer came after it where
            // its status is the webhook's.
            if (read.At < last.At.AddMilliseconds(-last.At.Millisecond)
                || (!(read.At > last.At) && read.Item.Text("status") != known.Item.Text("status")))
                continue;

            Assert.True(known.Item.IsSame(read.Item), $"{read.Name} differs from {last.Name}.");
            compared++;
        }

        Assert.InRange(compared, version == "3.9" ? 15 : 2, int.MaxValue);
    }

    [Theory]
    [InlineData("3.4.0", 3)]
    [InlineData("3.9", 4)]
    public void What_is_not_found_any_more_is_no_longer_in_the_mirror(string version, int expected)
    {
        var accepted = Accepted(version);
        var state = Fold(accepted);
        var compared = 0;
        foreach (var name in CaptureFile.Rest(version).Keys)
        {
            var exchange = RestExchange.Read(name, version);
            if (exchange is not { Method: "GET", Status: 404 }
                || exchange.Path.Split('?')[0].Split('/') is not [.., var list and ("rooms" or "recordings"), var id]
                || !accepted.Any(webhook => webhook.Id == id))
                continue;
            var kind = list == "rooms" ? ItemKind.Room : ItemKind.Recording;

            if (DeletedWithoutWebhook.Contains(name))
            {
                Assert.True(state.Items(kind).ContainsKey(id), name);
                var room = state.Recordings[id].Item.Text("roomId")!;
                state = state.After(MirrorPayload.RoomDeleted(room));
            }

            Assert.False(state.Items(kind).ContainsKey(id), name);
            compared++;
        }

        Assert.Equal(expected, compared);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_unchanged_item_is_the_same_in_webhooks_and_in_answers(string version)
    {
        // The fields that say whether an item changed between.
        string[] versioned = ["status", "meetingEndAction", "rolesUpdatedAt"];
        var read = Read(version).ToLookup(item => item.Id);
        var compared = new HashSet<string>();
        foreach (var webhook in AllWebhooks(version).Where(webhook => webhook.Id is not null))
        {
            var told = MirrorItem.Normalize(webhook.Data);
            foreach (var item in read[webhook.Id!])
            {
                if (versioned.Any(field => Field(told, field) != Field(item.Item, field)))
                    continue;
                Assert.True(
                    told.IsSame(item.Item),
                    $"{item.Name} differs from {webhook.Name}:\n{Text(told)}\n{Text(item.Item)}");
                compared.Add($"{item.Kind} {item.Item.Text("status")}");
            }
        }

        // Not every status was read in every version.
        string[] everywhere = ["Room open", "Room active_meeting", "Recording active", "Recording complete"];
        string[] elsewhere = ["Room closed", "Recording failed", "Recording aborted", "Recording limit_reached"];
        Assert.All(version is "3.4.0" or "3.9" ? [.. everywhere, .. elsewhere] : everywhere, Contained);

        void Contained(string status) => Assert.Contains(status, compared);
        static (string?, double?) Field(MeetItem item, string name) => (item.Text(name), item.Number(name));
        static string Text(MeetItem item) => Encoding.UTF8.GetString(item.Bytes);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_reading_of_what_the_mirror_has_finds_no_difference_whatever_the_hosts(string version)
    {
        var items = Read(version).ToList();
        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            var elsewhere = JsonElement.Parse(item.Raw
                .Replace("http://localhost:9080/", "https://meet.example.com/", StringComparison.Ordinal)
                .Replace("http://127.0.0.1:9080/", "https://meet.example.com/", StringComparison.Ordinal));
            Assert.True(item.Item.IsSame(MirrorItem.Normalize(new MeetItem(elsewhere))), item.Name);
        }

        Assert.Contains(items, item => item.Raw.Contains(":9080/", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Repeats_of_accepted_webhooks_change_nothing(string version)
    {
        var webhooks = Accepted(version);
        var state = Fold(webhooks);

        // Each is the last about its item, behind it, or about one that is gone.
        Assert.All(webhooks, webhook => Assert.Empty(state.Apply(webhook.Body, webhook.At).Changes));
    }

    private static MirrorState Fold(IEnumerable<CapturedWebhook> webhooks) =>
        webhooks.Aggregate(MirrorState.Empty, (state, webhook) => state.Apply(webhook.Body, webhook.At).State);

    private static List<CapturedWebhook> Accepted(string version) =>
        [.. AllWebhooks(version).Where(webhook => webhook.IsAccepted)];

    private static IEnumerable<CapturedWebhook> AllWebhooks(string version) =>
        from capture in CaptureFile.Webhooks(version).Values
        where capture.GetProperty("method").GetString() == "POST"
        let body = Encoding.UTF8.GetBytes(capture.GetProperty("body").GetString()!)
        let data = new MeetItem(JsonElement.Parse(body)).Item("data")!.Value
        let answer = capture.GetProperty("answer")
        select new CapturedWebhook(
            capture.GetProperty("name").GetString()!,
            data.Text("recordingId") ?? (data.Text("status") is null ? null : data.Text("roomId")),
            DateTimeOffset.FromUnixTimeMilliseconds(capture.GetProperty("receivedAt").GetInt64()),
            answer.ValueKind == JsonValueKind.Number && answer.GetInt32() == 200,
            body,
            data);

    /// <summary>The whole rooms and recordings in the answers of the REST API.</summary>
    private static IEnumerable<ReadItem> Read(string version)
    {
        foreach (var (name, capture) in CaptureFile.Rest(version))
        {
            var exchange = RestExchange.Read(name, version);
            if (exchange.Status >= 300
                || exchange.Answer.ValueKind != JsonValueKind.Object
                || exchange.Path.Contains("?fields=", StringComparison.Ordinal)
                || exchange.Path.Contains("&fields=", StringComparison.Ordinal)
                || exchange.Headers.Any(header => header.Name == "X-Fields"))
                continue;
            var headers = capture.GetProperty("response").GetProperty("headers");
            DateTimeOffset? at = headers.TryGetProperty("Date", out var date)
                ? DateTimeOffset.Parse(date.GetString()!, CultureInfo.InvariantCulture)
                : null;
            var answer = new MeetItem(exchange.Answer);
            MeetItem[] items =
            [
                answer, answer.Item("room") ?? answer,
                .. answer.Items("rooms") ?? [], .. answer.Items("recordings") ?? [],
            ];
            foreach (var item in items)
            {
                if (item.Text("roomId") is null || item.Text("status") is null)
                    continue;
                var kind = item.Text("recordingId") is null ? ItemKind.Room : ItemKind.Recording;
                yield return new ReadItem(
                    name,
                    exchange.Method == "GET",
                    kind,
                    item.Text(kind.IdField())!,
                    at,
                    MirrorItem.Normalize(item),
                    Encoding.UTF8.GetString(item.Bytes));
            }
        }
    }

    private sealed record CapturedWebhook(
        string Name, string? Id, DateTimeOffset At, bool IsAccepted, byte[] Body, MeetItem Data);

    private sealed record ReadItem(
        string Name, bool IsGet, ItemKind Kind, string Id, DateTimeOffset? At, MeetItem Item, string Raw);
}
