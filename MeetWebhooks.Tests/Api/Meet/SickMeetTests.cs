using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror;
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

        await api.FailsToListAsync(502, "Meet:ServerUrl");
    }

    [Fact]
    public async Task A_Meet_that_keeps_failing_is_left_alone_for_a_while()
    {
        await using var api = await MeetApi.StartAsync(UnusedUrl());

        MeetException failure;
        var attempts = 0;
        do
            failure = await Assert.ThrowsAsync<MeetException>(() => api.Meet.ListAsync(ItemKind.Room, Cancelled));
        while (failure.Status == StatusCodes.Status502BadGateway && ++attempts < 20);

        await api.FailsToListAsync(503, "several times in a row");
        using var answer = await api.Client.GetAsync("/recordings/a--EG_b--c/url", Cancelled);
        await ProblemAssert.IsAsync(answer, HttpStatusCode.ServiceUnavailable, "several times in a row");
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("POST", "/rooms")]
    [InlineData("DELETE", "/rooms/a-1")]
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

        await api.FailsToListAsync(504, "OpenVidu Meet");
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

        await api.FailsToListAsync(502, "too large");
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

        await api.FailsToListAsync(502, "too large");
    }

    [Theory]
    [InlineData(ItemKind.Room)]
    [InlineData(ItemKind.Recording)]
    public async Task A_list_that_never_ends_does_not_take_longer_than_its_timeout(ItemKind kind)
    {
        var page = 0;
        await using var meet = await StubMeet.StartAsync(async (context, _) =>
        {
            await Task.Delay(20, context.RequestAborted);
            await context.Response.WriteAsync(Page(kind.ListName(), ++page), context.RequestAborted);
        });
        await using var api = await MeetApi.StartAsync(meet.Url, timeout: ShortTimeout);

        await api.FailsToListAsync(504, "took longer than 0.9 s", kind);
    }

    [Fact]
    public async Task A_list_that_never_ends_does_not_fill_the_memory()
    {
        var pad = new string('x', 1024 * 1024);
        var page = 0;
        await using var meet = await StubMeet.StartAsync(
            (context, _) => context.Response.WriteAsync(Page("rooms", ++page, pad), context.RequestAborted));
        await using var api = await MeetApi.StartAsync(meet.Url);

        await api.FailsToListAsync(502, "too large. Delete rooms");
        Assert.InRange(page, 1, 64);
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

        Assert.Equal("a-1", Assert.Single(await api.Meet.ListAsync(ItemKind.Room, Cancelled)).Text("roomId"));
    }

    [Theory]
    [InlineData(200, "text/html", "<!doctype html><title>Welcome</title>", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", """{"rooms":[{"roomId":"a-1"},{"room""", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", """{"rooms":{}}""", "not OpenVidu Meet, or is broken")]
    [InlineData(200, "application/json", """{"rooms":[],"pagination":{"isTruncated":true}}""", "not OpenVidu Meet, or is broken")]
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

        var failure = await api.FailsToListAsync(502, message);

        Assert.DoesNotContain("server.js", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(meet.Url, failure.Message, StringComparison.Ordinal);
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

        await api.FailsToListAsync(502, message);
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

        await api.FailsToListAsync(502, "redirect");
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

        Assert.Empty(await api.Meet.ListAsync(ItemKind.Room, Cancelled));
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

        using var answer = await api.Client.GetAsync("/recordings/a--EG_b--c/url", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.TooManyRequests, "Slow down");
        Assert.Equal("17", Assert.Single(answer.Headers.GetValues("Retry-After")));
    }

    [Fact]
    public async Task Neither_the_key_nor_a_rooms_links_appear_in_any_log()
    {
        string[] captures =
            ["rooms-create", "rooms-delete-recordings-close", "rooms-get", "rooms-list-maxItems-1000", "rooms-list-wrong-key"];
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
        Assert.NotEmpty(await api.Meet.ListAsync(ItemKind.Room, Cancelled));
        (await api.Client.DeleteAsync("/rooms/a-1", Cancelled)).Dispose();

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
