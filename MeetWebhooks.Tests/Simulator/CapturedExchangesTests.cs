using System.Text.RegularExpressions;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Simulator;

/// <summary>The simulator answers what the real one answered, but for ids, dates, secrets and the video.</summary>
public sealed partial class CapturedExchangesTests(CapturedExchangesTests.Fixture fixture)
    : IClassFixture<CapturedExchangesTests.Fixture>
{
    // What happened before in the room of the exchange, or in each of its rooms.
    private static readonly Dictionary<string, string> Before = new()
    {
        ["recordings-bulk-delete"] = "meeting record aborted | meeting record failed",
        ["recordings-bulk-delete-in-progress"] = "meeting record",
        ["recordings-bulk-delete-partly"] = "meeting record limit_reached",
        ["recordings-delete"] = "meeting record complete",
        ["recordings-delete-in-progress"] = "meeting record",
        ["recordings-get-aborted"] = "meeting record aborted",
        ["recordings-get-aborted-20-s-later"] = "meeting record aborted 20-s-later",
        ["recordings-get-active"] = "meeting record",
        ["recordings-get-after-both-force-force"] = "meeting record complete force-delete",
        ["recordings-get-after-forced-while-recording"] = "meeting record force-delete until-ended",
        ["recordings-get-after-room-force"] = "meeting record complete end force-delete",
        ["recordings-get-by-private-secret-no-key"] = "meeting record complete",
        ["recordings-get-by-public-secret-no-key"] = "meeting record complete",
        ["recordings-get-by-wrong-secret"] = "meeting record complete",
        ["recordings-get-failed"] = "meeting record failed",
        ["recordings-get-fields"] = "meeting record complete",
        ["recordings-get-limit-reached"] = "meeting record limit_reached",
        ["recordings-list-after-forced-slow-upload"] = "meeting record force-delete until-ended",
        ["recordings-list-by-sanitised-name-as-roomId"] = "meeting record complete",
        ["recordings-list-in-progress"] = "meeting record",
        ["recordings-media"] = "meeting record complete",
        ["recordings-media-aborted"] = "meeting record aborted",
        ["recordings-media-by-public-secret-no-key"] = "meeting record complete",
        ["recordings-media-failed"] = "meeting record failed",
        ["recordings-media-head"] = "meeting record complete",
        ["recordings-media-in-progress"] = "meeting record",
        ["recordings-media-limit-reached"] = "meeting record limit_reached",
        ["recordings-media-no-key"] = "meeting record complete",
        ["recordings-media-range"] = "meeting record complete",
        ["recordings-media-range-past-end"] = "meeting record complete",
        ["recordings-media-range-reversed"] = "meeting record complete",
        ["recordings-media-range-suffix"] = "meeting record complete",
        ["recordings-media-range-two"] = "meeting record complete",
        ["recordings-url"] = "meeting record complete",
        ["recordings-url-in-progress"] = "meeting record",
        ["recordings-url-private"] = "meeting record complete",
        ["rooms-bulk-delete-all"] = "meeting",
        ["rooms-bulk-delete-partly"] = " | meeting",
        ["rooms-config-get"] = "",
        ["rooms-config-put"] = "",
        ["rooms-config-put-during-meeting"] = "meeting",
        ["rooms-delete"] = "",
        ["rooms-delete-active-force"] = "meeting",
        ["rooms-delete-active-meeting-default"] = "meeting record complete",
        ["rooms-delete-active-meeting-with-recordings-fail"] = "meeting record complete",
        ["rooms-delete-active-when_meeting_ends"] = "meeting",
        ["rooms-delete-bad-policy"] = "",
        ["rooms-delete-both-default"] = "meeting record complete",
        ["rooms-delete-both-fail-force"] = "meeting record complete",
        ["rooms-delete-both-force-close"] = "meeting record complete",
        ["rooms-delete-both-force-fail"] = "meeting record complete",
        ["rooms-delete-both-force-force"] = "meeting record complete",
        ["rooms-delete-both-when_meeting_ends-close"] = "meeting record complete",
        ["rooms-delete-both-when_meeting_ends-fail"] = "meeting record complete",
        ["rooms-delete-both-when_meeting_ends-force"] = "meeting record complete",
        ["rooms-delete-closed"] = "close",
        ["rooms-delete-recordings-close"] = "meeting record complete end",
        ["rooms-delete-recordings-close-again"] = "meeting record complete end close",
        ["rooms-delete-recordings-fail"] = "meeting record complete end",
        ["rooms-delete-recordings-force"] = "meeting record complete end",
        ["rooms-delete-recordings-force-after-close"] = "meeting record complete end close",
        ["rooms-delete-scheduled-again"] = "meeting delete-when-meeting-ends",
        ["rooms-delete-while-recording-force-force"] = "meeting record",
        ["rooms-delete-with-recordings-default"] = "meeting record complete end",
        ["rooms-get"] = "",
        ["rooms-get-active-meeting"] = "meeting",
        ["rooms-get-after-both-force-close"] = "meeting record complete force-close until-ended",
        ["rooms-get-after-both-force-force"] = "meeting record complete force-delete",
        ["rooms-get-after-force"] = "meeting force-delete until-ended",
        ["rooms-get-after-scheduled-deletion"] = "meeting delete-when-meeting-ends end",
        ["rooms-get-behind-proxy"] = "",
        ["rooms-get-closed"] = "close",
        ["rooms-get-closed-after-meeting"] = "meeting close end",
        ["rooms-get-fields"] = "",
        ["rooms-get-scheduled-to-be-deleted"] = "meeting delete-when-meeting-ends",
        ["rooms-get-to-be-closed"] = "meeting close",
        ["rooms-get-wrong-method"] = "",
        ["rooms-list-by-name"] = "",
        ["rooms-list-by-name-other-case"] = "",
        ["rooms-list-by-name-prefix"] = "",
        ["rooms-status-bad"] = "",
        ["rooms-status-closed"] = "",
        ["rooms-status-closed-during-meeting"] = "meeting",
        ["rooms-status-reopen"] = "close",
    };

    // Pages of longer lists, and answers that depend on a receiver, are tested by themselves.
    private static readonly string[] Others =
    [
        "recordings-list", "rooms-list-maxItems-1000", "rooms-list-page-1", "rooms-list-page-2",
        "internal-webhook-test", "internal-webhook-test-no-login", "internal-webhook-test-connection-refused",
        "internal-webhook-test-receiver-401", "internal-webhook-test-receiver-500",
        "internal-webhook-test-receiver-hangs",
    ];

    public static TheoryData<string> Exchanges =>
        [.. CaptureFile.Rest(CaptureFile.Simulated).Keys.Except(Others)];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task An_exchange_goes_as_with_the_real_one(string name)
    {
        var exchange = RestExchange.Read(name);
        // A list must not hold what other tests created.
        await using var own =
            name.Contains("-list", StringComparison.Ordinal) ? await RunningSimulator.StartAsync() : null;
        var simulator = own ?? fixture.Simulator;
        using var request = await PrepareAsync(simulator, name, exchange);

        using var answer = await simulator.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(exchange.Status, (int)answer.StatusCode);
        Assert.Equal(
            exchange.AnswerHeaders.Where(IsMeetsOwn).Order(StringComparer.Ordinal),
            answer.Headers.Concat(answer.Content.Headers)
                .Select(header => $"{header.Key}: {string.Join(",", header.Value)}")
                .Where(IsMeetsOwn).Select(CapturedJson.Normal).Order(StringComparer.Ordinal));
        if (answer.Content.Headers.ContentType?.MediaType == "video/mp4")
            return;

        var received = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(CapturedJson.Normal(exchange.AnswerText), CapturedJson.Normal(received));
    }

    /// <summary>Brings about what was before, and asks for the rooms here that stand for the captured ones.</summary>
    private static async Task<HttpRequestMessage> PrepareAsync(
        RunningSimulator simulator, string name, RestExchange exchange)
    {
        var path = exchange.Path;
        if (Before.TryGetValue(name, out var before))
        {
            var answered = exchange.Answer.GetRawText();
            var ids = RoomId().Matches(path).Concat(RoomId().Matches(answered)).Select(match => match.Value).Distinct();
            var names = RoomName().Match(answered);
            foreach (var (captured, steps) in ids.DefaultIfEmpty("Example Room").Zip(before.Split('|')))
            {
                var roomName = names.Success ? names.Groups[1].Value : captured.Split('-')[0];
                var (roomId, recordingId) = await simulator.CreateRoomAsync(roomName, steps);
                if (recordingId is not null)
                {
                    path = Regex.Replace(path, captured + CapturedJson.RecordingPart, recordingId);
                    if (simulator.Meet.SecretsOf(recordingId) is { } secrets)
                    {
                        var isPrivate = name.Contains("private", StringComparison.Ordinal);
                        var secret = isPrivate ? secrets.Private : secrets.Public;
                        path = Regex.Replace(path, "secret=[0-9a-f]{10}", $"secret={secret}");
                    }
                }

                path = path.Replace(captured, roomId, StringComparison.Ordinal);
            }
        }

        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), path);
        // The run without this header asked by this name.
        request.Headers.Host = "127.0.0.1:9080";
        if (exchange.Body() is { } body)
            request.Content = new ByteArrayContent(body);
        foreach (var (header, value) in exchange.Headers)
        {
            if (header is "Content-Length" or "Connection")
                continue;
            if (header == "Host")
                request.Headers.Host = value;
            else if (!request.Headers.TryAddWithoutValidation(header, value))
                request.Content?.Headers.TryAddWithoutValidation(header, value);
        }

        return request;
    }

    // The others come from the framework, or depend on the video.
    private static bool IsMeetsOwn(string header) => Own().IsMatch(header);

    public sealed class Fixture : IAsyncLifetime
    {
        internal RunningSimulator Simulator { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Simulator = await RunningSimulator.StartAsync();

        public ValueTask DisposeAsync() => Simulator.DisposeAsync();
    }

    [GeneratedRegex("^(Access-Control-|Accept-Ranges:|Cache-Control:|Content-Type:|Location:|Vary:)")]
    private static partial Regex Own();

    [GeneratedRegex("(?<=[/=,\"'])[A-Za-z0-9_-]*" + CapturedJson.RandomPart)]
    private static partial Regex RoomId();

    [GeneratedRegex("\"roomName\": ?\"([^\"]*)\"")]
    private static partial Regex RoomName();
}
