using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class RelayTests
{
    [Theory]
    [MemberData(nameof(CaptureFile.Versions), MemberType = typeof(CaptureFile))]
    public async Task Every_captured_delivery_reaches_the_browsers_of_all_replicas_once_in_order_and_byte_for_byte(
        string version)
    {
        var captured = Delivery.AllCaptured(version).ToList();
        var clock = new Clock(captured[0].SentAt);
        var keys = captured.Select(delivery => delivery.Key).Distinct();
        // The regular check would read from the log what was never published.
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, time: clock, ("Events:CheckInterval", "00:01:00"), ("Meet:ApiKey", string.Join(',', keys)));
        await using var first = await Browser.OpenLiveAsync(application.FrontDoors[0]);
        await using var second = await Browser.OpenLiveAsync(application.FrontDoors[1]);

        foreach (var delivery in captured)
        {
            clock.Now = delivery.SentAt;
            await application.DeliverAsync(delivery);
        }

        // A repeat has the signature of the first attempt.
        var expected = captured.DistinctBy(delivery => delivery.Signature).Select(delivery => delivery.Json).ToList();
        Assert.Equal(expected, (await first.NextAsync(expected.Count)).Select(received => received.Data));
        Assert.Equal(expected, (await second.NextAsync(expected.Count)).Select(received => received.Data));
        Assert.Equal(0, first.Waiting + second.Waiting);
    }
}
