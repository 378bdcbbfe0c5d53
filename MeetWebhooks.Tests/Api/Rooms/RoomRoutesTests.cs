using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Tests.Api.Meet;
using MeetWebhooks.Tests.Captures;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Api.Rooms;

public sealed class RoomRoutesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_room_is_created_with_the_tutorials_options()
    {
        var capture = RestExchange.Read("rooms-create");
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await CreateAsync(api, """{"roomName":"Example Room"}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = await JsonAsync(answer);
        Assert.Equal("Room 'Example Room' created successfully", body.GetProperty("message").GetString());
        Assert.Equal(Raw(capture.Answer), Raw(body.GetProperty("room")));
        var request = Assert.Single(meet.Requests);
        Assert.Equal((capture.Method, capture.Path, MeetApi.Key), (request.Method, request.Target, request.ApiKey));
        Assert.StartsWith("application/json", request.ContentType, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(capture.RequestBody!), JsonElement.Parse(request.Body)));
    }

    [Theory]
    [MemberData(nameof(CaptureFile.Versions), MemberType = typeof(CaptureFile))]
    public async Task A_created_room_is_published_as_mirrors_keep_it(string version)
    {
        await using var meet = await StubMeet.StartAsync("rooms-create", version);
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await CreateAsync(api, """{"roomName":"Example Room"}""");

        var logged = JsonElement.Parse(Assert.Single(await api.EventsAsync(Cancelled)));
        Assert.Equal(
            ["event", "creationDate", "source", "data"], logged.EnumerateObject().Select(member => member.Name));
        Assert.Equal("roomCreated", logged.GetProperty("event").GetString());
        Assert.InRange(logged.GetProperty("creationDate").GetInt64(), 1, long.MaxValue);
        var expected = MirrorItem.Normalize(new MeetItem(RestExchange.Read("rooms-create", version).Answer));
        Assert.True(expected.IsSame(new MeetItem(logged.GetProperty("data"))));
    }

    [Fact]
    public async Task A_created_room_reaches_the_browsers()
    {
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url);
        await using var browser = await Browser.OpenLiveAsync(api.FrontDoor);

        using var answer = await api.FrontDoor.PostAsJsonAsync(
            "/rooms", new { roomName = "Example Room" }, Cancelled);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var seen = JsonElement.Parse((await browser.NextAsync()).Data);
        Assert.Equal("roomCreated", seen.GetProperty("event").GetString());
        Assert.True(MirrorItem.Normalize(new MeetItem((await JsonAsync(answer)).GetProperty("room")))
            .IsSame(new MeetItem(seen.GetProperty("data"))));
    }

    [Theory]
    [InlineData("""{}""", "'roomName' is required")]
    [InlineData("""{"roomName":""}""", "'roomName' is required")]
    [InlineData("""{"roomName":null}""", "'roomName' is required")]
    [InlineData("""null""", "'roomName' is required")]
    [InlineData("""{"roomName":7}""", "The body is not the expected JSON object")]
    [InlineData("""["roomName"]""", "The body is not the expected JSON object")]
    [InlineData("""{"roomName":"half""", "The body is not the expected JSON object")]
    [InlineData("""{"roomName":"half a pair \ud83d"}""", "The body is not the expected JSON object")]
    [InlineData("", "The body is not the expected JSON object")]
    [InlineData("""{"roomName":"Team-_"}""", "A room with this name could be listed but neither opened nor deleted")]
    public async Task A_body_without_a_usable_name_is_refused_and_never_reaches_Meet(string body, string message)
    {
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await CreateAsync(api, body);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadRequest, message);
        Assert.Empty(meet.Requests);
        Assert.Empty(await api.EventsAsync(Cancelled));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Only_JSON_creates_a_room(string contentType)
    {
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var content = new StringContent("""{"roomName":"Example Room"}""", Encoding.UTF8, contentType);
        using var answer = await api.Client.PostAsync("/rooms", content, Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.UnsupportedMediaType, "Content-Type: application/json");
        Assert.Empty(meet.Requests);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await CreateAsync(api, $$"""{"roomName":"{{new string('x', 20_000)}}"}""");

        await ProblemAssert.IsAsync(answer, HttpStatusCode.RequestEntityTooLarge, "too large");
        Assert.Empty(meet.Requests);
    }

    [Fact]
    public async Task All_pages_are_read_byte_for_byte()
    {
        // A token with characters that have a meaning in a query.
        const string Token = "a+b/c=&d";
        var first = RestExchange.Read("rooms-list-page-1").Answer.GetProperty("rooms").EnumerateArray().ToArray();
        var second = """{"roomId":"new-1", "creationDate":1795442584227.7742,"é\u00e9":[1.10, {"unknown":null}]}""";
        await using var meet = await StubMeet.StartAsync((context, request) => context.Response.WriteAsync(
            request.Target == "/api/v1/rooms?maxItems=100"
                ? $$$"""{"rooms":[{{{string.Join(",", first)}}}],"pagination":{"nextPageToken":"{{{Token}}}"}}"""
                : $$$"""{"rooms":[{{{second}}}],"pagination":{"isTruncated":false}}"""));
        await using var api = await MeetApi.StartAsync(meet.Url);

        var rooms = await api.Meet.ListAsync(ItemKind.Room, Cancelled);

        Assert.Equal(
            [Raw(first[0]), Raw(first[1]), second], rooms.Select(room => Encoding.UTF8.GetString(room.Bytes)));
        Assert.Equal(
            ["/api/v1/rooms?maxItems=100", "/api/v1/rooms?maxItems=100&nextPageToken=" + Uri.EscapeDataString(Token)],
            meet.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task Pages_that_lead_in_a_circle_are_an_error()
    {
        await using var meet = await StubMeet.StartAsync("rooms-list-page-1");
        await using var api = await MeetApi.StartAsync(meet.Url);

        await api.FailsToListAsync(502, "has no end");
        Assert.Equal(2, meet.Requests.Count);
    }

    [Fact]
    public async Task A_change_succeeds_although_it_can_not_be_published()
    {
        await using var meet = await StubMeet.StartAsync("rooms-create");
        await using var api = await MeetApi.StartAsync(meet.Url, redis: "127.0.0.1:1");

        using var answer = await CreateAsync(api, """{"roomName":"Example Room"}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Contains(
            api.LogText.Lines,
            line => line.StartsWith("Warning A change was not published", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_room_is_published()
    {
        await using var meet = await StubMeet.StartAsync("rooms-delete");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.DeleteAsync("/rooms/Plain-o5oitifhlqm5m22", Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "Room 'Plain-o5oitifhlqm5m22' deleted successfully",
            (await JsonAsync(answer)).GetProperty("message").GetString());
        Assert.Equal("/api/v1/rooms/Plain-o5oitifhlqm5m22", Assert.Single(meet.Requests).Target);
        var logged = JsonElement.Parse(Assert.Single(await api.EventsAsync(Cancelled)));
        Assert.Equal("roomDeleted", logged.GetProperty("event").GetString());
        Assert.Equal("""{"roomId":"Plain-o5oitifhlqm5m22"}""", logged.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("rooms-delete-active-when_meeting_ends", HttpStatusCode.Accepted)]
    [InlineData("rooms-delete-recordings-close", HttpStatusCode.OK)]
    public async Task A_room_that_is_closed_or_scheduled_instead_of_deleted_is_published_as_it_is_now(
        string capture, HttpStatusCode status)
    {
        var exchange = RestExchange.Read(capture);
        var room = exchange.Answer.GetProperty("room");
        await using var meet = await StubMeet.StartAsync((context, request) =>
        {
            context.Response.StatusCode = request.Method == "DELETE" ? exchange.Status : 200;
            return context.Response.WriteAsync(Raw(request.Method == "DELETE" ? exchange.Answer : room));
        });
        await using var api = await MeetApi.StartAsync(meet.Url);
        await api.KnowsAsync(room.GetProperty("roomId").GetString()!);

        using var answer = await api.Client.DeleteAsync(exchange.Path["/api/v1".Length..], Cancelled);

        Assert.Equal(status, answer.StatusCode);
        var body = await JsonAsync(answer);
        Assert.True(JsonElement.DeepEquals(exchange.Answer, body));
        Assert.Equal(["DELETE", "GET"], meet.Requests.Select(request => request.Method));
        var logged = JsonElement.Parse((await api.EventsAsync(Cancelled))[^1]);
        Assert.Equal("roomUpdated", logged.GetProperty("event").GetString());
        Assert.True(MirrorItem.Normalize(new MeetItem(room)).IsSame(new MeetItem(logged.GetProperty("data"))));
    }

    [Theory]
    [InlineData("rooms-delete-with-recordings-default", HttpStatusCode.Conflict)]
    [InlineData("rooms-delete-missing", HttpStatusCode.NotFound)]
    [InlineData("rooms-delete-bad-policy", HttpStatusCode.UnprocessableEntity)]
    public async Task What_Meet_refuses_is_refused_with_its_own_status_code_and_message(
        string capture, HttpStatusCode status)
    {
        var exchange = RestExchange.Read(capture);
        await using var meet = await StubMeet.StartAsync(capture);
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.DeleteAsync("/rooms/Plain-o5oitifhlqm5m22", Cancelled);

        var problem = await ProblemAssert.IsAsync(answer, status, exchange.Answer.GetProperty("message").GetString()!);
        Assert.Equal(exchange.Answer.GetProperty("error").GetString(), problem.GetProperty("error").GetString());
        Assert.Equal(Details(exchange.Answer), Details(problem));
        Assert.Empty(await api.EventsAsync(Cancelled));
    }

    [Theory]
    [InlineData("withMeeting=maybe", "fail, force or when_meeting_ends")]
    [InlineData("withMeeting=", "fail, force or when_meeting_ends")]
    [InlineData("withMeeting=force&withMeeting=fail", "fail, force or when_meeting_ends")]
    [InlineData("withMeeting=force&withRecordings=Force", "fail, force or close")]
    public async Task A_deletion_policy_that_Meet_does_not_have_is_refused(string query, string message)
    {
        await using var meet = await StubMeet.StartAsync("rooms-delete");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.DeleteAsync($"/rooms/Plain-o5oitifhlqm5m22?{query}", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadRequest, message);
        Assert.Empty(meet.Requests);
    }

    [Theory]
    [InlineData("..%2Frecordings")]
    [InlineData("%2e%2e%2Frecordings")]
    [InlineData("..%5Crecordings")]
    [InlineData("a%2Fconfig")]
    [InlineData("a%252Fconfig")]
    [InlineData("a%00")]
    [InlineData("a%0D%0AX-Header:%20b")]
    [InlineData("a%3FwithMeeting=force")]
    [InlineData("a%23")]
    [InlineData("a;b")]
    [InlineData("%C3%A9")]
    [InlineData("%E0%A4%A")]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData(
        "a-100-characters-are-the-most-that-an-id-of-a-room-can-have-so-this-one-of-101-characters-is-too-long")]
    public async Task An_id_with_a_trick_in_it_never_reaches_Meet(string id)
    {
        await using var meet = await StubMeet.StartAsync("rooms-delete");
        await using var api = await MeetApi.StartAsync(meet.Url);

        Assert.InRange(await RawHttp.StatusAsync(api.Client, "DELETE", $"/rooms/{id}"), 400, 405);
        Assert.InRange(await RawHttp.StatusAsync(api.FrontDoor, "DELETE", $"/rooms/{id}"), 400, 405);
        Assert.Empty(meet.Requests);
    }

    [Fact]
    public async Task A_server_with_a_path_is_asked_under_its_path()
    {
        await using var meet = await StubMeet.StartAsync("rooms-delete");
        await using var api = await MeetApi.StartAsync(meet.Url + "/meet/");

        using var answer = await api.Client.DeleteAsync("/rooms/a-1", Cancelled);

        Assert.Equal("/meet/api/v1/rooms/a-1", Assert.Single(meet.Requests).Target);
    }

    private static Task<HttpResponseMessage> CreateAsync(MeetApi api, string body) =>
        api.Client.PostAsync("/rooms", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);

    private static Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);

    private static string? Details(JsonElement error) =>
        error.TryGetProperty("details", out var details) ? JsonSerializer.Serialize(details) : null;

    private static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
}
