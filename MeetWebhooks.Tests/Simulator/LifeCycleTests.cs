using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MeetWebhooks.Tests.Simulator;

/// <summary>Which webhooks come of what happens, as they reach a browser.</summary>
public sealed class LifeCycleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_meeting_is_told_as_the_real_one_tells_it()
    {
        await using var application = await StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await CreateRoomAsync(application);

        Assert.Equal(["roomCreated open"], await TakeAsync(browser, 1));
        await SimulateAsync(application, HttpMethod.Post, "meeting");
        Assert.Equal(["meetingStarted active_meeting"], await TakeAsync(browser, 1));
        await SimulateAsync(application, HttpMethod.Post, "recording");
        Assert.Equal(["recordingStarted starting", "recordingUpdated active"], await TakeAsync(browser, 2));
        await SimulateAsync(application, HttpMethod.Delete, "recording");
        Assert.Equal(["recordingUpdated ending", "recordingEnded complete"], await TakeAsync(browser, 2));
        await SimulateAsync(application, HttpMethod.Delete, "meeting");
        Assert.Equal(["meetingEnded open"], await TakeAsync(browser, 1));
    }

    [Fact]
    public async Task A_meeting_that_ends_while_it_is_recorded_is_told_before_its_recording()
    {
        await using var application = await StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await CreateRoomAsync(application);
        await SimulateAsync(application, HttpMethod.Post, "meeting");
        await SimulateAsync(application, HttpMethod.Post, "recording");
        await TakeAsync(browser, 4);

        await SimulateAsync(application, HttpMethod.Delete, "meeting");

        var told = await TakeAsync(browser, 3);
        Assert.Equal("recordingEnded complete", told[^1]);
        Assert.Contains("meetingEnded open", told);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("aborted")]
    [InlineData("limit_reached")]
    public async Task A_recording_can_end_badly(string outcome)
    {
        await using var application = await StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        await CreateRoomAsync(application);
        await SimulateAsync(application, HttpMethod.Post, "meeting");
        await SimulateAsync(application, HttpMethod.Post, "recording");
        await TakeAsync(browser, 4);

        await SimulateAsync(application, HttpMethod.Delete, $"recording?outcome={outcome}");

        Assert.Equal([$"recordingEnded {outcome}"], await TakeAsync(browser, 1));
    }

    [Fact]
    public async Task A_room_that_is_to_be_deleted_goes_when_its_meeting_ends()
    {
        await using var application = await StartAsync();
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var roomId = await CreateRoomAsync(application);
        await SimulateAsync(application, HttpMethod.Post, "meeting");
        await TakeAsync(browser, 2);
        using var scheduled = await application.FrontDoor.DeleteAsync($"rooms/{roomId}?withMeeting=when_meeting_ends", Cancel);
        Assert.Equal(HttpStatusCode.Accepted, scheduled.StatusCode);

        Assert.Equal(["roomUpdated active_meeting"], await TakeAsync(browser, 1));

        await SimulateAsync(application, HttpMethod.Delete, "meeting");

        Assert.Equal(["meetingEnded active_meeting"], await TakeAsync(browser, 1));
        using var gone = await application.Meet.GetAsync($"api/v1/rooms/{roomId}", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "api/v1/rooms/ROOM/status", "[]")]
    [InlineData("PUT", "api/v1/rooms/ROOM/config", "7")]
    [InlineData("POST", "api/v1/rooms", "{\"roomName\":\"\\ud800\"}")]
    [InlineData("POST", "internal-api/v1/config/webhooks/test", "[]")]
    [InlineData("POST", "simulation/rooms/ROOM/participants", "{")]
    public async Task Bad_input_is_never_answered_500(string method, string path, string body)
    {
        await using var application = await StartAsync();
        var roomId = await CreateRoomAsync(application);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), path.Replace("ROOM", roomId, StringComparison.Ordinal))
        {
            Content = new StringContent(body, null, "application/json"),
        };

        using var answer = await application.Meet.SendAsync(request, Cancel);

        Assert.InRange((int)answer.StatusCode, 200, 499);
    }

    private static Task<MeetWebhooksApplication> StartAsync() =>
        MeetWebhooksApplication.StartAsync(settings: ("Simulator:RecordingDelay", "00:00:00.15"));

    private static async Task<string> CreateRoomAsync(MeetWebhooksApplication application)
    {
        using var answer = await application.FrontDoor.PostAsJsonAsync("rooms", new { roomName = "Daily" }, Cancel);
        var json = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return (string)json!["room"]!["roomId"]!;
    }

    private static async Task SimulateAsync(MeetWebhooksApplication application, HttpMethod method, string what)
    {
        using var request = new HttpRequestMessage(method, $"simulation/rooms/Daily/{what}");
        using var answer = await application.Meet.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>
    /// What is told next, in the order in which it happened: OpenVidu Meet does not wait for the answer to one webhook
    /// before it sends the next, so that they may pass one another on their way.
    /// </summary>
    private static async Task<IReadOnlyList<string>> TakeAsync(Browser browser, int count) =>
    [
        .. (await browser.NextAsync(count)).Select(received => JsonNode.Parse(received.Data)!)
            .OrderBy(webhook => (long)webhook["creationDate"]!)
            .Select(webhook => $"{webhook["event"]} {webhook["data"]!["status"]}"),
    ];
}
