using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Tests.Captures;
using MeetWebhooks.Web.Streams;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Api.Webhooks;

public sealed class WebhookFuzzTests
{
    private static readonly Delivery[] Captured = [.. Delivery.AllCaptured().DistinctBy(delivery => delivery.Signature)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_all_headers_and_bodies_only_the_signed_ones_pass() =>
        Gen.Select(Gen.OneOf(Captured), Fuzz.HeaderValue, Fuzz.HeaderValue, Fuzz.Bytes).Sample(
            (original, timestamp, signature, body) =>
            {
                Assert.Equal(WebhookVerdict.Valid, Check(original));
                Assert.NotEqual(WebhookVerdict.Valid, Check(original with { Timestamp = timestamp }));
                Assert.Equal(WebhookVerdict.NoSignature, Check(original with { Signature = signature + "!" }));
                Assert.NotEqual(WebhookVerdict.Valid, Check(original with { Body = body }));
                WebhookSignature.CheckTimestamp(timestamp, DateTimeOffset.UtcNow, new WebhookOptions());
            },
            iter: 5_000);

    [Fact]
    public void A_capture_with_a_changed_byte_does_not_pass() =>
        Gen.OneOf(Captured).SelectMany(original =>
            Fuzz.Mutation(original.Body).Select(body => (original, body))).Sample(
            (original, body) => Assert.Equal(
                body.AsSpan().SequenceEqual(original.Body) ? WebhookVerdict.Valid : WebhookVerdict.WrongSignature,
                Check(original with { Body = body })),
            iter: 5_000);

    [Fact]
    public void Any_timestamp_is_a_plain_number_or_none() =>
        Gen.OneOf(
            Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.String,
            Gen.OneOf("١٢٣", "1e3", "+1", "-0", " 1", "1 ", "0x1", "1_0", "９", "")).Sample(
            text =>
            {
                var now = DateTimeOffset.UtcNow;
                var isNumber = text.Length is > 0 and <= 15 && text.All(char.IsAsciiDigit);
                Assert.Equal(
                    !isNumber,
                    WebhookSignature.CheckTimestamp(text, now, new WebhookOptions()) == WebhookVerdict.NoTimestamp);
            },
            iter: 5_000);

    [Fact]
    public void Whatever_is_taken_as_an_event_is_JSON_and_becomes_exactly_one_frame() =>
        Gen.OneOf(
            Fuzz.Bytes,
            Fuzz.AlmostJson.Select(Encoding.UTF8.GetBytes),
            Gen.OneOf(Captured).SelectMany(original => Fuzz.Mutation(original.Body)),
            Fuzz.AlmostJson.Select(piece => Encoding.UTF8.GetBytes(
                "{\"event\":\"x\",\"creationDate\":1,\"data\":{" + piece + "}}")),
            Gen.OneOf("\r", "\n", "\r\n", "\n\n", " \r\r").Array[6].Select(blanks => Encoding.UTF8.GetBytes(
                $"{{{blanks[0]}\"event\":\"x\",{blanks[1]}\"creationDate\"{blanks[2]}:1,\"data\":{{{blanks[3]}}}{blanks[4]}}}{blanks[5]}")))
        .Sample(
            body =>
            {
                if (WebhookEnvelope.TryRead(body) is not { } envelope)
                    return;
                Assert.NotEqual("", envelope.Event);

                var frame = EventFrame.Encode(new LoggedEvent(new LogPosition("log", 7), new LogPosition("log", 6), default, null, body));
                using var stream = new MemoryStream(frame);
                var received = Assert.Single(new SseReader(stream).ReadAsync(Cancel).ToBlockingEnumerable(Cancel));
                Assert.Equal(("message", "log-7"), (received.EventType, received.EventId));
                Assert.Equal(
                    AsBrowsersHave(body),
                    received.Data);
                // Its text was compared; comparing values would stumble over numbers that no double can hold.
                using var json = JsonDocument.Parse(received.Data);
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
            },
            iter: 20_000);

    [Fact]
    public async Task Nothing_that_anybody_sends_is_accepted_breaks_anything_or_leaves_something_behind()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await application.DeliverAsync(Delivery.Event("first"));
        await browser.NextAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(application.Redis + ",allowAdmin=true");
        var keys = await KeysAsync(redis);

        await Gen.Select(Gen.OneOf(Captured), Gen.Int[0, 6], Fuzz.HeaderValue, Fuzz.AlmostJson, Gen.Bool)
            .SelectMany((original, kind, header, json, isNow) =>
                Fuzz.Mutation(original.Body).Select(body => (original, kind, header, json, isNow, body)))
            .SampleAsync(
                async hostile =>
                {
                    var (original, kind, header, json, isNow, body) = hostile;
                    var fresh = Delivery.Sign(original.Body);
                    var delivery = kind switch
                    {
                        0 => fresh with { Signature = header },
                        1 => fresh with { Timestamp = header },
                        2 => fresh with { Body = [.. body, (byte)'~'] },
                        3 => original,
                        4 => Delivery.Sign(body, key: header.Length > 0 ? header : "?"),
                        5 => Delivery.Sign(json + "~"),
                        _ => Delivery.Sign([.. original.Body, .. Encoding.UTF8.GetBytes(json), (byte)'~']),
                    };
                    using var answer = await delivery.PostAsync(
                        isNow ? application.FrontDoor : application.Api, CancellationToken.None);
                    Assert.Equal(
                        kind > 4 ? HttpStatusCode.BadRequest : HttpStatusCode.Unauthorized, answer.StatusCode);
                    Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
                },
                iter: 1_500,
                threads: 2);

        Assert.Equal(0, browser.Waiting);
        Assert.Equal(keys, await KeysAsync(redis));
        LogAssert.IsCalm(application.Log);
        var last = Delivery.Event("last");
        await application.DeliverAsync(last);
        Assert.Equal(last.Json, (await browser.NextAsync()).Data);
    }

    [Fact]
    public async Task A_signed_body_of_any_kind_is_one_event_or_none()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var deep = string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60));
        var tooDeep = string.Concat(Enumerable.Repeat("[", 60_000));
        var big = new string('x', 200_000);
        (byte[] Body, HttpStatusCode Status)[] bodies =
        [
            (Envelope("""{"a":1}"""), HttpStatusCode.OK),
            (Envelope("{\r\"a\"\n:\r\n\n\n1}"), HttpStatusCode.OK),
            (Envelope("{\"a\":\"\\r\\n\\r\\ndata: x\\u0000\u2028\"}"), HttpStatusCode.OK),
            (Envelope($$"""{"a":{{deep}}}"""), HttpStatusCode.OK),
            (Envelope($$"""{"a":"{{big}}"}"""), HttpStatusCode.OK),
            (Envelope("""{"a":1,"a":2}"""), HttpStatusCode.OK),
            ("""{"event":"a","event":"b","creationDate":1,"data":{}}"""u8.ToArray(), HttpStatusCode.OK),
            (Envelope($$"""{"a":{{tooDeep}}}"""), HttpStatusCode.BadRequest),
            (Envelope("\"text\""), HttpStatusCode.BadRequest),
            (Envelope("{}")[..^1], HttpStatusCode.BadRequest),
            ([.. Envelope("{}"), .. "{}"u8], HttpStatusCode.BadRequest),
            ([.. Envelope("{}"), 0], HttpStatusCode.BadRequest),
            ([0xEF, 0xBB, 0xBF, .. Envelope("{}")], HttpStatusCode.BadRequest),
            (Encoding.Unicode.GetBytes("{}"), HttpStatusCode.BadRequest),
            (Encoding.Latin1.GetBytes("""{"event":"é","creationDate":1,"data":{}}"""), HttpStatusCode.BadRequest),
            ("""{"event":"\ud800","creationDate":1,"data":{}}"""u8.ToArray(), HttpStatusCode.BadRequest),
            ("""{"event":"","creationDate":1,"data":{}}"""u8.ToArray(), HttpStatusCode.BadRequest),
            ("[]"u8.ToArray(), HttpStatusCode.BadRequest),
            ([], HttpStatusCode.BadRequest),
        ];

        foreach (var (body, status) in bodies)
        {
            using var answer = await Delivery.Sign(body).PostAsync(application.FrontDoor, Cancel);
            Assert.Equal((Encoding.UTF8.GetString(body), status), (Encoding.UTF8.GetString(body), answer.StatusCode));
        }

        foreach (var (body, _) in bodies.Where(body => body.Status == HttpStatusCode.OK))
        {
            var received = await browser.NextAsync();
            Assert.Equal("message", received.EventType);
            Assert.Equal(
                AsBrowsersHave(body), received.Data);
        }

        Assert.Equal(0, browser.Waiting);
        LogAssert.IsCalm(application.Log);
    }

    private static WebhookVerdict Check(Delivery delivery) => WebhookSignature.Check(
        delivery.Timestamp!, delivery.Signature, delivery.Body, [Encoding.UTF8.GetBytes(delivery.Key)]);

    // https://html.spec.whatwg.org/multipage/server-sent-events.html: each line is data, joined by line feeds.
    private static string AsBrowsersHave(byte[] body) =>
        Encoding.UTF8.GetString(body).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static byte[] Envelope(string data) =>
        Encoding.UTF8.GetBytes($$"""{"event":"x","creationDate":1,"data":{{data}}}""");

    private static async Task<string[]> KeysAsync(ConnectionMultiplexer redis) =>
        [.. ((RedisKey[])(await redis.GetDatabase().ExecuteAsync("KEYS", "*"))!).Select(key => key.ToString()).Order()];
}
