using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Security;

/// <summary>What the front door is sent by those who wish it ill, byte for byte.</summary>
public sealed partial class HostileRequestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("^(GET|DELETE) /api/v1/(rooms|recordings)(/[A-Za-z0-9_-]+(/url)?)?([?](?!.*#)[ -~]*)?$")]
    private static partial Regex MeetsOwn { get; }

    [Fact]
    public async Task No_id_leads_to_another_place_at_Meet()
    {
        await using var meet = await StubMeet.StartAsync(200, "application/json", """{"rooms":[],"recordings":[],"message":"m","url":"u"}""");
        await using var api = await MeetApi.StartAsync(meet.Url, settings: MeetWebhooksApplication.WithLists);
        (await api.FrontDoor.GetListAsync("rooms", Cancel)).Dispose();
        string[] tricks =
        [
            "..", "../x", "..%2F", "..%2fwebhook", "%2e%2e%2fx", "%2e%2e/x", ".%2e/x", "..\\x", "..%5cx", "%252e%252e%252fx",
            "..%252F", "%00", "a%00b", "a%0d%0aX-Evil:1", "a%0ab", "%c0%ae%c0%ae/x", "%c0%af", "%e0%80%af", "%ff", "%", "%2", "%zz",
            "a;b", "a;/../x", ";", "a.", ".", "...", "a%20b", "a+b", "a%2Bb", "a?b", "a%3Fx=1", "a%23b", "a#b", "a:b", "a@b", "*",
            "a//b", "//x", "/x", "a/b/c", "%2F", "%2F%2F", "a%2Furl", "%E2%80%AE", "%EF%BC%8E%EF%BC%8E%EF%BC%8Fx", "é", "~", "a,b",
            "http://evil.example/", "http:%2F%2Fevil.example", "{id}", "$(id)", "'or'1'='1", "<script>", new string('a', 101),
            new string('a', 7000), "good-1",
        ];

        foreach (var trick in tricks)
        {
            foreach (var (method, target) in (IEnumerable<(string, string)>)
                [("DELETE", $"/rooms/{trick}"), ("DELETE", $"/recordings/{trick}"), ("GET", $"/recordings/{trick}/url"),
                 ("GET", $"/rooms/{trick}"), ("DELETE", $"/rooms/a?withMeeting={trick}"), ("GET", $"/recordings?room={trick}")])
            {
                var answer = await RawHttp.ExchangeAsync(
                    api.FrontDoor, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                Assert.True(RawHttp.Status(answer) is >= 200 and < 500, $"{method} {target}\n{answer}");
            }
        }

        await Gen.OneOf("..", "/", "%2f", "%2F", "%5c", "\\", "%2e", ".", "%25", "%00", ";", "rooms", "webhook", "?", "#", "a", "%c0%ae")
            .Array[1, 8].Select(string.Concat).SampleAsync(
                async path =>
                {
                    var answer = await RawHttp.ExchangeAsync(
                        api.FrontDoor, $"DELETE /rooms/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                    Assert.InRange(RawHttp.Status(answer), 200, 499);
                },
                iter: 300,
                threads: 2);

        Assert.Contains(meet.Requests, request => request.Target == "/api/v1/rooms/good-1");
        Assert.All(meet.Requests, request => Assert.Matches(MeetsOwn, $"{request.Method} {request.Target}"));
        LogAssert.IsCalm(api.LogText);
    }

    [Theory]
    [InlineData("Jos\xe9")]
    [InlineData("Jos\xc3\xa9")]
    public async Task A_header_in_any_encoding_is_no_reason_to_refuse_a_webhook(string user)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var delivery = Delivery.Event("meetingStarted");

        var answer = await RawHttp.ExchangeAsync(
            application.FrontDoor,
            $"POST /webhook HTTP/1.1\r\nHost: localhost\r\nX-Remote-User: {user}\r\nX-Timestamp: {delivery.Timestamp}\r\n"
            + $"X-Signature: {delivery.Signature}\r\nContent-Length: {delivery.Body.Length}\r\nConnection: close\r\n\r\n"
            + delivery.Json);

        Assert.Equal(200, RawHttp.Status(answer));
        LogAssert.IsCalm(application.Log);
    }

    [Theory]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nX-Signature: a\r\n b\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nX-Signature: a\0b\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nX Signature: a\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nX-Signature : a\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nX-Timestamp: 1\r\nX-Timestamp: 2\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /webhook HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("POST /webhook HTTP/1.0\r\n\r\n")]
    [InlineData("POST /webhook\r\n\r\n")]
    [InlineData("POST http://evil.example/webhook HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("POST webhook HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n")]
    [InlineData("TRACE /rooms HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /rooms/\0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("GET /events HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nExpect: x\r\nContent-Length: 1,1\r\n\r\n")]
    public async Task Broken_HTTP_is_refused_and_hurts_nobody(string request)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        using (var raw = await RawHttp.ConnectAsync(application.FrontDoor))
        {
            await raw.SendAsync(request);
            var answer = await raw.ReadUntilAsync("\r\n\r\n");
            // Nothing is what a connection that speaks no HTTP/1.1 at all gets.
            if (answer.StartsWith("HTTP/", StringComparison.Ordinal))
                Assert.True(RawHttp.Status(answer) is (>= 400 and < 500) or 505, answer);
        }

        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        LogAssert.IsCalm(application.Log);
    }

    [Fact]
    public async Task A_request_hidden_in_anothers_body_is_never_seen()
    {
        await using var meet = await StubMeet.StartAsync(200, "application/json", """{"rooms":[]}""");
        await using var api = await MeetApi.StartAsync(meet.Url);
        const string hidden = "DELETE /rooms/hidden-1 HTTP/1.1\r\nHost: a\r\n\r\n";

        var both = await RawHttp.ExchangeAsync(
            api.FrontDoor,
            $"POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: {hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n"
            + $"Connection: close\r\n\r\n0\r\n\r\n{hidden}");
        var obscured = await RawHttp.ExchangeAsync(
            api.FrontDoor,
            "POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: identity, chunked\r\n"
            + $"Connection: close\r\n\r\n0\r\n\r\n{hidden}");

        Assert.InRange(RawHttp.Status(both), 400, 499);
        Assert.InRange(RawHttp.Status(obscured), 400, 499);
        Assert.Empty(meet.Requests);
        LogAssert.IsCalm(api.LogText);
    }

    [Fact]
    public async Task Headers_and_targets_without_end_are_refused()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var many = string.Concat(Enumerable.Range(0, 200).Select(n => $"X-{n}: {n}\r\n"));

        Assert.Equal(431, RawHttp.Status(await RawHttp.ExchangeAsync(
            application.FrontDoor, $"GET /rooms HTTP/1.1\r\nHost: a\r\nX-Long: {new string('x', 40_000)}\r\n\r\n")));
        Assert.Equal(431, RawHttp.Status(await RawHttp.ExchangeAsync(
            application.FrontDoor, $"GET /rooms HTTP/1.1\r\nHost: a\r\n{many}\r\n")));
        Assert.Equal(414, RawHttp.Status(await RawHttp.ExchangeAsync(
            application.FrontDoor, $"GET /rooms/{new string('x', 10_000)} HTTP/1.1\r\nHost: a\r\n\r\n")));
        LogAssert.IsCalm(application.Log);
    }

    [Theory]
    [InlineData("Content-Length: 100000000\r\n", "")]
    [InlineData("Content-Length: 2000000\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "7ffffff\r\n")]
    [InlineData("Content-Length: 300000\r\n", "", "Api")]
    [InlineData("Transfer-Encoding: chunked\r\n", "7ffffff\r\n", "Api")]
    public async Task A_webhook_over_the_limit_is_refused_while_it_is_still_being_sent(
        string length, string beforeBody, string door = "Web")
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using var raw = await RawHttp.ConnectAsync(door == "Api" ? application.Api : application.FrontDoor);

        await raw.SendAsync($"POST /webhook HTTP/1.1\r\nHost: a\r\nX-Timestamp: {now}\r\n{length}\r\n{beforeBody}");
        if (beforeBody.Length > 0)
            await raw.SendAsync(new string('x', 1_200_000));
        var answer = await raw.ReadUntilAsync("}");

        Assert.Equal(413, RawHttp.Status(answer));
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        LogAssert.IsCalm(application.Log);
    }

    [Fact]
    public async Task A_body_that_trickles_or_breaks_off_is_cut_off()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var head = $"POST /webhook HTTP/1.1\r\nHost: a\r\nX-Timestamp: {now}\r\nContent-Length: 1000\r\n\r\n{{";

        foreach (var door in (HttpClient[])[application.FrontDoor, application.Api])
        {
            for (var time = 0; time < 20; time++)
            {
                using var broken = await RawHttp.ConnectAsync(door);
                await broken.SendAsync(head);
                await Task.Delay(time, TestContext.Current.CancellationToken);
            }

            using var slow = await RawHttp.ConnectAsync(door);
            await slow.SendAsync(head);
            var answer = await slow.ReadToEndAsync();
            Assert.True(RawHttp.Status(answer) == 408, answer);
        }

        await application.DeliverAsync(Delivery.Event("meetingStarted"));
        LogAssert.IsCalm(application.Log);
    }

    [Fact]
    public async Task Any_last_event_id_gets_a_reset_and_the_stream_lives()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await application.DeliverAsync(Delivery.Event("meetingStarted"));

        await Gen.OneOf(
                Fuzz.HeaderValue,
                Gen.Long.Select(number => $"log-{number}"),
                Gen.String.Select(Uri.EscapeDataString),
                Gen.OneOf("-", "-1", "a-", "a--1", "a-01", "a-99999999999999999999", "A-1", "a-1\t", "?-0", new string('9', 5000)))
            .SampleAsync(
                async id =>
                {
                    await using var browser = await Browser.OpenAsync(application.FrontDoor, id.Length > 0 ? id : "-");
                    Assert.Equal("reset", (await browser.NextAsync()).EventType);
                    await using var query = await Browser.OpenAsync(
                        application.FrontDoor, query: $"?last_event_id={Uri.EscapeDataString(id.Length > 0 ? id : "-")}");
                    Assert.Equal("reset", (await query.NextAsync()).EventType);
                },
                iter: 200,
                threads: 2);

        LogAssert.IsCalm(application.Log);
    }

    [Theory]
    [InlineData("GET", "nothing-here", 404)]
    [InlineData("GET", "webhook", 405)]
    [InlineData("POST", "events", 405)]
    [InlineData("PUT", "rooms", 405)]
    [InlineData("PATCH", "rooms/a-1", 405)]
    [InlineData("GET", "recordings/a/b/c", 404)]
    public async Task What_there_is_not_is_a_problem_with_a_message(string method, string path, int status)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");

        using var answer = await application.FrontDoor.SendAsync(request, Cancel);

        await ProblemAssert.IsAsync(answer, (HttpStatusCode)status, status == 404 ? "nothing" : "method");
    }

    [Theory]
    [InlineData("GET", "rooms")]
    [InlineData("GET", "nothing-here")]
    [InlineData("POST", "webhook")]
    [InlineData("GET", "events")]
    [InlineData("GET", "health")]
    public async Task Every_answer_tells_browsers_to_be_careful_and_nothing_about_the_server(string method, string path)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await application.FrontDoor.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("strict-origin-when-cross-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
