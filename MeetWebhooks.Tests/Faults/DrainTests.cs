namespace MeetWebhooks.Tests.Faults;

/// <summary>A replica that is told to stop sends its browsers away gently.</summary>
[Collection(nameof(AloneTests))]
public sealed class DrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_that_stops_is_not_ready_while_it_still_has_streams_and_takes_no_new_ones()
    {
        const int streams = 400;
        await using var application = await MeetWebhooksApplication.StartAsync();
        var browsers = new List<Browser>();
        for (var n = 0; n < streams; n++)
            browsers.Add(await Browser.OpenLiveAsync(application.FrontDoor));

        var stop = application.StopReplicaAsync(0);
        await Eventually.TrueAsync(async () => await application.FrontDoor.HealthAsync() == "Unhealthy");
        Assert.Contains(browsers, browser => !browser.Ended.IsCompleted);
        await using var late = await Browser.OpenAsync(application.FrontDoor);
        await late.Ended.WaitAsync(Eventually.Limit, Cancel);
        await stop;

        Assert.Equal("", late.LastEventId);
        Assert.NotNull(late.ReconnectionInterval);
        foreach (var browser in browsers)
        {
            await browser.Ended.WaitAsync(Eventually.Limit, Cancel);
            await browser.DisposeAsync();
        }

        // Two streams with the same delay can be chance; all of them cannot.
        Assert.NotEqual(1, browsers.Select(browser => browser.ReconnectionInterval).Distinct().Count());
    }

    [Fact]
    public async Task Browsers_of_a_replica_that_stops_miss_nothing_and_get_nothing_twice_on_the_other_one()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(replicas: 2);
        var browsers = new List<ReconnectingBrowser>();
        for (var n = 0; n < 50; n++)
            browsers.Add(await ReconnectingBrowser.OpenAsync(application.FrontDoors));

        var sent = new List<string>();
        async Task DeliverAsync(int count)
        {
            for (var n = 0; n < count; n++)
                sent.Add((await application.Api.PersistAsync(Delivery.Event("x", $$"""{"n":{{sent.Count}}}"""))).Json);
        }

        await DeliverAsync(20);
        var stop = application.StopReplicaAsync(0);
        await DeliverAsync(100);
        await stop;
        await DeliverAsync(20);

        foreach (var browser in browsers)
        {
            await browser.ReceivedAsync(sent.Count);
            Assert.Equal(sent, browser.Data);
            Assert.Equal(0, browser.Resets);
            await browser.DisposeAsync();
        }
    }
}
