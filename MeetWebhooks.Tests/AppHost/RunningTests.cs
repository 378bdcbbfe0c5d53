using System.Net;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace MeetWebhooks.Tests.AppHost;

[Collection(nameof(RunningAppHost))]
public sealed class RunningTests(RunningAppHost appHost)
{
    [Fact]
    public async Task A_delivery_to_the_front_door_arrives_on_every_replica()
    {
        Assert.Equal(2, appHost.Replicas.Count);
        using var first = await appHost.ReplicaAsync(appHost.Replicas[0]);
        using var second = await appHost.ReplicaAsync(appHost.Replicas[1]);
        await using var browserOfFirst = await Browser.OpenLiveAsync(first);
        await using var browserOfSecond = await Browser.OpenLiveAsync(second);

        var delivery = Delivery.Event("meetingStarted", key: RunningAppHost.ApiKey);
        await DeliverAsync(delivery);

        Assert.Equal(delivery.Json, (await browserOfFirst.NextAsync()).Data);
        Assert.Equal(delivery.Json, (await browserOfSecond.NextAsync()).Data);
        Assert.Equal(browserOfFirst.LastEventId, browserOfSecond.LastEventId);
    }

    [Fact]
    public async Task A_replica_that_was_stopped_and_started_from_the_dashboard_has_missed_nothing()
    {
        var replica = appHost.Replicas[0];
        string lastEventId;
        using (var client = await appHost.ReplicaAsync(replica))
        {
            await using var browser = await Browser.OpenLiveAsync(client);
            lastEventId = browser.LastEventId;
        }

        await appHost.CommandAsync(replica, KnownResourceCommands.StopCommand);
        await appHost.StateAsync(replica, KnownResourceStates.Finished);
        var delivery = Delivery.Event("meetingEnded", key: RunningAppHost.ApiKey);
        await DeliverAsync(delivery);
        await appHost.CommandAsync(replica, KnownResourceCommands.StartCommand);
        await appHost.StateAsync(replica, KnownResourceStates.Running);

        using var restarted = await appHost.ReplicaAsync(replica);
        await using var returning = await Browser.OpenAsync(restarted, lastEventId);
        Assert.Equal(delivery.Json, (await returning.NextAsync()).Data);
    }

    [Fact]
    public async Task The_dashboard_sends_a_signed_test_webhook_and_shows_it()
    {
        using var client = appHost.FrontDoor();
        await using var browser = await Browser.OpenLiveAsync(client);

        var result = await appHost.CommandAsync(appHost.Replicas[0], "send-test-webhook");

        Assert.Equal("The webhook was accepted.", result.Message);
        Assert.Equal((await browser.NextAsync()).Data, result.Data!.Value);
    }

    [Fact]
    public async Task The_dashboard_creates_a_room_starts_and_ends_a_meeting_in_it_and_shows_each()
    {
        using var client = appHost.FrontDoor();
        await using var browser = await Browser.OpenLiveAsync(client);

        var created = Json(await appHost.CommandAsync(appHost.Replicas[0], "create-room")).GetProperty("room");
        Assert.Equal("roomCreated", await NextEventAsync(browser));
        Assert.Equal("Room", created.GetProperty("roomName").GetString());

        var roomId = created.GetProperty("roomId").GetString()!;
        var started = Json(await appHost.CommandAsync("meet", "start-meeting", roomId));
        Assert.Equal("meetingStarted", await NextEventAsync(browser));
        Assert.Equal(roomId, started.GetProperty("roomId").GetString());
        Assert.Equal("active_meeting", started.GetProperty("status").GetString());

        var ended = await appHost.CommandAsync("meet", "end-meeting", roomId);
        Assert.Equal("meetingEnded", await NextEventAsync(browser));
        Assert.Equal($"The meeting in room '{roomId}' has ended", ended.Message);
    }

    [Fact]
    public async Task A_command_that_fails_says_why()
    {
        var created = Json(await appHost.CommandAsync(appHost.Replicas[0], "create-room")).GetProperty("room");

        var result = await appHost.TryCommandAsync("meet", "end-meeting", created.GetProperty("roomId").GetString());

        Assert.False(result.Success);
        Assert.StartsWith("No meeting is on in room", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("meet")]
    [InlineData("web")]
    public async Task The_one_link_of_a_resource_leads_somewhere_on_localhost(string resource)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var started = await appHost.Application.ResourceNotifications.WaitForResourceAsync(
            resource, change => change.Snapshot.Urls.Any(url => !url.IsInactive), cancellationToken);

        var link = new Uri(Assert.Single(started.Snapshot.Urls, url => !url.IsInternal).Url);
        Assert.Equal("localhost", link.Host);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(link, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static JsonElement Json(ExecuteCommandResult result)
    {
        Assert.Equal(CommandResultFormat.Json, result.Data!.Format);
        return JsonDocument.Parse(result.Data.Value).RootElement;
    }

    private static async Task<string?> NextEventAsync(Browser browser)
    {
        using var json = JsonDocument.Parse((await browser.NextAsync()).Data);
        return json.RootElement.GetProperty("event").GetString();
    }

    // A replica that is being stopped breaks its connections off.
    private async Task DeliverAsync(Delivery delivery)
    {
        using var client = appHost.FrontDoor();
        await client.PersistAsync(delivery);
    }
}
