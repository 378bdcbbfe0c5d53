using System.Net;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace MeetWebhooks.Tests.AppHost;

public sealed class RunningTests(RunningAppHost appHost) : IClassFixture<RunningAppHost>
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
    public async Task The_dashboard_sends_a_signed_test_webhook()
    {
        using var client = appHost.FrontDoor();
        await using var browser = await Browser.OpenLiveAsync(client);

        await appHost.CommandAsync(appHost.Replicas[0], "send-test-webhook");

        Assert.Equal("testEvent", await NextEventAsync(browser));
    }

    [Fact]
    public async Task The_dashboard_creates_a_room_and_starts_and_ends_a_meeting_in_it()
    {
        using var client = appHost.FrontDoor();
        await using var browser = await Browser.OpenLiveAsync(client);

        await appHost.CommandAsync(appHost.Replicas[0], "create-room");
        Assert.Equal("roomCreated", await NextEventAsync(browser));

        await appHost.CommandAsync("meet", "start-meeting");
        Assert.Equal("meetingStarted", await NextEventAsync(browser));

        await appHost.CommandAsync("meet", "end-meeting");
        Assert.Equal("meetingEnded", await NextEventAsync(browser));
    }

    private static async Task<string?> NextEventAsync(Browser browser)
    {
        using var json = JsonDocument.Parse((await browser.NextAsync()).Data);
        return json.RootElement.GetProperty("event").GetString();
    }

    // As OpenVidu Meet does: again until it is taken. A replica that is being stopped breaks its connections off.
    private Task DeliverAsync(Delivery delivery) => Eventually.TrueAsync(async () =>
    {
        using var client = appHost.FrontDoor();
        try
        {
            using var answer = await delivery.PostAsync(client, TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });
}
