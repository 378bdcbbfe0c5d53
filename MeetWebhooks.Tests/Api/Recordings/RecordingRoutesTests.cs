using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MeetWebhooks.Tests.Api.Meet;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Api.Recordings;

public sealed class RecordingRoutesTests
{
    private const string Recording = "ExampleRoom-x9dp9k88phzkw3l--EG_AbCdEf123456--Xy12";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_recording_is_published_with_its_room()
    {
        await using var meet = await StubMeet.StartAsync("recordings-delete");
        await using var api = await MeetApi.StartAsync(meet.Url);

        var answer = await api.Client.DeleteFromJsonAsync<JsonElement>($"/recordings/{Recording}", Cancelled);

        Assert.Equal($"Recording '{Recording}' deleted successfully", answer.GetProperty("message").GetString());
        var request = Assert.Single(meet.Requests);
        Assert.Equal(("DELETE", $"/api/v1/recordings/{Recording}"), (request.Method, request.Target));
        var logged = JsonElement.Parse(Assert.Single(await api.EventsAsync(Cancelled)));
        Assert.Equal("recordingDeleted", logged.GetProperty("event").GetString());
        Assert.Equal(
            $$"""{"roomId":"ExampleRoom-x9dp9k88phzkw3l","recordingId":"{{Recording}}"}""",
            logged.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("recordings-delete-in-progress", HttpStatusCode.Conflict)]
    [InlineData("recordings-delete-bad-id", HttpStatusCode.UnprocessableEntity)]
    public async Task A_recording_that_Meet_does_not_delete_is_not_published_as_deleted(
        string capture, HttpStatusCode status)
    {
        await using var meet = await StubMeet.StartAsync(capture);
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.DeleteAsync($"/recordings/{Recording}", Cancelled);

        await ProblemAssert.IsAsync(
            answer, status, RestExchange.Read(capture).Answer.GetProperty("message").GetString()!);
        Assert.Empty(await api.EventsAsync(Cancelled));
    }

    [Theory]
    [MemberData(nameof(CaptureFile.Versions), MemberType = typeof(CaptureFile))]
    public async Task A_recordings_link_is_Meets(string version)
    {
        await using var meet = await StubMeet.StartAsync("recordings-url", version);
        await using var api = await MeetApi.StartAsync(meet.Url);

        var answer = await api.Client.GetFromJsonAsync<JsonElement>($"/recordings/{Recording}/url", Cancelled);

        Assert.True(JsonElement.DeepEquals(RestExchange.Read("recordings-url", version).Answer, answer));
        Assert.Equal($"/api/v1/recordings/{Recording}/url", Assert.Single(meet.Requests).Target);
    }

    [Fact]
    public async Task A_missing_recording_has_no_link()
    {
        await using var meet = await StubMeet.StartAsync("recordings-url-missing");
        await using var api = await MeetApi.StartAsync(meet.Url);

        using var answer = await api.Client.GetAsync("/recordings/room-1--EG_x--y/url", Cancelled);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.NotFound, "Recording 'room-1--EG_x--y' not found");
    }

    [Theory]
    [InlineData("DELETE", "/recordings/..%2Frooms%2Fa-1")]
    [InlineData("DELETE", "/recordings/a%2Furl")]
    [InlineData("DELETE", "/recordings/a%3Fsecret=1")]
    [InlineData("GET", "/recordings/..%2Frooms%2Fa-1/url")]
    [InlineData("GET", "/recordings/a%00/url")]
    [InlineData("GET", "/recordings/a%2F..%2F../url")]
    public async Task An_id_with_a_trick_in_it_never_reaches_Meet(string method, string target)
    {
        await using var meet = await StubMeet.StartAsync("recordings-url");
        await using var api = await MeetApi.StartAsync(meet.Url);

        Assert.InRange(await RawHttp.StatusAsync(api.Client, method, target), 400, 404);
        Assert.InRange(await RawHttp.StatusAsync(api.FrontDoor, method, target), 400, 404);

        Assert.Empty(meet.Requests);
    }
}
