using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Tests.Captures;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Api.Meet;

public sealed class SickMeetTests
{
    private const string ShortTimeout = "00:00:00.300";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Meet_that_is_down_is_a_bad_gateway()
    {
        await using var api = await MeetApi.StartAsync(UnusedUrl());

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "Meet:ServerUrl");
    }

    [Fact]
    public async Task A_Meet_that_keeps_failing_is_left_alone_for_a_while()
    {
        await using var api = await MeetApi.StartAsync(UnusedUrl());

        var answer = await api.Client.GetAsync("/rooms", Cancelled);
        for (var i = 0; i < 20 && answer.StatusCode == HttpStatusCode.BadGateway; i++)
        {
            answer.Dispose();
            answer = await api.Client.GetAsync("/rooms", Cancelled);
        }

        await ProblemAssert.IsAsync(answer, HttpStatusCode.ServiceUnavailable, "several times in a row");
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        answer.Dispose();
    }

    [Theory]
    [InlineData("GET", "/rooms")]
    [InlineData("POST", "/rooms")]
    [InlineData("DELETE", "/rooms/a-1")]
    [InlineData("GET", "/recordings")]
    [InlineData("DELETE", "/recordings/a--EG_b--c")]
    [InlineData("GET", "/recordings/a--EG_b--c/url")]
    public async Task A_Meet_that_never_answers_is_a_gateway_timeout_and_not_asked_again(string method, string target)
    {
        await using var meet = await StubMeet.StartAsync(
            (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var api = await MeetApi.StartAsync(meet.Url, timeout: ShortTimeout);

        using var request = Request(method, target);
        using var answer = await api.Client.SendAsync(request, Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.GatewayTimeout, "did not answer in time");
        Assert.InRange(meet.Requests.Count, 0, 1);
    }

    [Fact]
    public async Task A_body_that_trickles_is_a_gateway_timeout()
    {
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        await using var api = await MeetApi.StartAsync(meet.Url, timeout: ShortTimeout);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.GatewayTimeout, "did not answer in time");
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        var blanks = Encoding.ASCII.GetBytes(new string(' ', 65_536));
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "too large");
    }

    [Fact]
    public async Task A_small_body_that_unpacks_without_bounds_is_cut_off()
    {
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            for (var i = 0; i < 256; i++)
                await gzip.WriteAsync(new byte[65_536], context.RequestAborted);
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "too large");
    }

    [Theory]
    [InlineData("/rooms")]
    [InlineData("/recordings")]
    public async Task A_list_that_never_ends_does_not_take_longer_than_its_timeout(string target)
    {
        var page = 0;
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            await Task.Delay(20, context.RequestAborted);
            await context.Response.WriteAsync(Page(target[1..], ++page), context.RequestAborted);
        });
        await using var api = await MeetApi.StartAsync(meet.Url, timeout: ShortTimeout);

        using var answer = await api.Client.GetAsync(target, Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.GatewayTimeout, "took longer than 0.9 s");
    }

    [Fact]
    public async Task A_list_that_never_ends_does_not_fill_the_memory()
    {
        var pad = new string('x', 1024 * 1024);
        var page = 0;
        await using var meet = await StubMeet.StartAsync(
            (context, _) => context.Response.WriteAsync(Page("rooms", ++page, pad), context.RequestAborted));
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "too large. Delete rooms");
        Assert.InRange(page, 1, 64);
    }

    [Fact]
    public async Task Slow_readers_of_a_large_list_do_not_hold_a_copy_each()
    {
        const int readers = 60;
        var pad = new string('x', 40_000);
        var rooms = string.Join(
            ',', Enumerable.Range(0, 100).Select(n => $$"""{"roomId":"r-{{n}}","pad":"{{pad}}"}"""));
        await using var meet = await StubMeet.StartAsync(200, "application/json", $$"""{"rooms":[{{rooms}}]}""");
        using var redis = EmbeddedServer.Start();
        // 4 MB each are 240 MB, and too many.
        await using var api = await Service.StartApiAsync(
            redis.ConnectionString, ("Meet:ServerUrl", meet.Url), ("DOTNET_GCHeapHardLimit", "0x6000000"));

        List<RawHttp> slow = [];
        try
        {
            for (var n = 0; n < readers; n++)
            {
                var reader = await RawHttp.ConnectAsync(api.Client);
                slow.Add(reader);
                await reader.SendAsync("GET /rooms HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.StartsWith("HTTP/1.1 200", await reader.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
            }

            Assert.Contains("\"r-99\"", await api.Client.GetStringAsync("/rooms", Cancelled), StringComparison.Ordinal);
        }
        finally
        {
            slow.ForEach(reader => reader.Dispose());
        }
    }

    [Fact]
    public async Task A_compressed_answer_is_read()
    {
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("""{"rooms":[{"roomId":"a-1"}]}"""u8.ToArray(), context.RequestAborted);
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        Assert.Equal("""{"rooms":[{"roomId":"a-1"}]}""", await api.Client.GetStringAsync("/rooms", Cancelled));
    }

    [Theory]
    [InlineData(200, "text/html", "<!doctype html><title>Welcome</title>", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", """{"rooms":[{"roomId":"a-1"},{"room""", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", """{"rooms":{}}""", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", "[]", "not OpenVidu Meet, or is broken")]
    [InlineData(204, "application/json", "", "not OpenVidu Meet, or is broken")]
    [InlineData(400, "text/html", "<pre>Bad Request</pre>", "not OpenVidu Meet, or is broken")]
    [InlineData(404, "text/html", "<h1>Not Found</h1>", "/meet by default")]
    [InlineData(500, "application/json", """{"error":"x","message":"at x (server.js:1)"}""", "status 500")]
    [InlineData(503, "text/plain", "no upstream", "status 503")]
    public async Task An_answer_that_is_no_list_is_a_bad_gateway(int status, string type, string body, string message)
    {
        await using var meet = await StubMeet.StartAsync(status, type, body);
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        var problem = await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, message);
        Assert.DoesNotContain("server.js", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(meet.Url, problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/rooms")]
    [InlineData("DELETE", "/rooms/a-1")]
    [InlineData("DELETE", "/recordings/a--EG_b--c")]
    public async Task A_success_that_is_not_Meets_is_not_published_as_a_change(string method, string target)
    {
        await using var meet = await StubMeet.StartAsync(200, "text/html", "<!doctype html><title>Welcome</title>");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var request = Request(method, target);
        using var answer = await api.Client.SendAsync(request, Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "not OpenVidu Meet, or is broken");
        Assert.Empty(await api.EventsAsync(Cancelled));
    }

    [Theory]
    [InlineData("rooms-list-wrong-key", "Meet:ApiKey")]
    [InlineData("no-such-route", "/meet by default")]
    [InlineData("rooms-list-bad-page-token", "status 500")]
    public async Task What_only_the_operator_can_mend_is_a_bad_gateway_that_names_the_setting(
        string capture, string message)
    {
        await using var meet = await StubMeet.StartAsync(capture);
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, message);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await StubMeet.StartAsync("rooms-list-page-2");
        await using var meet = await StubMeet.StartAsync((context, _) =>
        {
            context.Response.Redirect(elsewhere.Url);
            return Task.CompletedTask;
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "redirect");
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_list_that_failed_fast_is_asked_for_again()
    {
        var asked = 0;
        await using var meet = await StubMeet.StartAsync((context, _) =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? 503 : 200;
            return context.Response.WriteAsync("""{"rooms":[]}""");
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        Assert.Equal("""{"rooms":[]}""", await api.Client.GetStringAsync("/rooms", Cancelled));
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData("POST", "/rooms")]
    [InlineData("DELETE", "/rooms/a-1")]
    [InlineData("DELETE", "/recordings/a--EG_b--c")]
    public async Task A_change_that_failed_is_not_tried_again(string method, string target)
    {
        await using var meet = await StubMeet.StartAsync(503, "text/plain", "");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var request = Request(method, target);
        using var answer = await api.Client.SendAsync(request, Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadGateway, "status 503");
        Assert.Single(meet.Requests);
        Assert.Empty(await api.EventsAsync(Cancelled));
    }

    [Fact]
    public async Task A_limit_on_requests_is_passed_on_with_its_wait()
    {
        await using var meet = await StubMeet.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "17";
            return context.Response.WriteAsync("""{"error":"Too Many Requests","message":"Slow down"}""");
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/rooms", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.TooManyRequests, "Slow down");
        Assert.Equal("17", Assert.Single(answer.Headers.GetValues("Retry-After")));
    }

    [Fact]
    public async Task Neither_the_key_nor_a_rooms_links_appear_in_any_log()
    {
        string[] captures =
            ["rooms-create", "rooms-list-page-2", "rooms-delete-recordings-close", "rooms-list-wrong-key"];
        var exchanges = captures.Select(capture => RestExchange.Read(capture)).ToArray();
        var answers = new Queue<RestExchange>(exchanges);
        var secrets = exchanges.SelectMany(exchange => SecretsIn(exchange.Answer)).ToArray();
        await using var meet = await StubMeet.StartAsync((context, _) =>
        {
            var exchange = answers.Dequeue();
            context.Response.StatusCode = exchange.Status;
            return context.Response.Body.WriteAsync(exchange.AnswerBytes).AsTask();
        });
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var name = new StringContent("""{"roomName":"Example Room"}""", Encoding.UTF8, "application/json");
        (await api.Client.PostAsync("/rooms", name, Cancelled)).Dispose();
        (await api.Client.DeleteAsync("/rooms/a-1", Cancelled)).Dispose();
        (await api.Client.DeleteAsync("/rooms/a-1", Cancelled)).Dispose();
        (await api.Client.GetAsync("/rooms", Cancelled)).Dispose();

        Assert.Empty(answers);
        Assert.NotEmpty(secrets);
        Assert.Contains(api.LogText.Lines, line => line.Contains("/api/v1/rooms", StringComparison.Ordinal));
        Assert.All(
            secrets.Append(MeetApi.Key),
            secret => Assert.DoesNotContain(
                api.LogText.Lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    private static string Page(string collection, int number, string pad = "") =>
        $$$"""{"{{{collection}}}":[{"roomId":"a","pad":"{{{pad}}}"}],"pagination":{"nextPageToken":"{{{number}}}"}}""";

    private static HttpRequestMessage Request(string method, string target) => new(new HttpMethod(method), target)
    {
        Content = method == "POST"
            ? new StringContent("""{"roomName":"Example Room"}""", Encoding.UTF8, "application/json")
            : null,
    };

    private static IEnumerable<string> SecretsIn(JsonElement json) =>
        json.GetRawText().Split("?secret=").Skip(1).Select(rest => rest[..10]);

    private static string UnusedUrl() => $"http://127.0.0.1:{ServerProcess.FreePort()}";
}
