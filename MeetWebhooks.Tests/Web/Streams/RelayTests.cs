namespace MeetWebhooks.Tests.Web.Streams;

public sealed class RelayTests
{
    [Fact]
    public async Task Every_captured_delivery_arrives_once_in_order_and_byte_for_byte_at_the_browsers_of_all_replicas()
    {
        var captured = Delivery.AllCaptured().ToList();
        var clock = new Clock(At(captured[0]));
        // Without the check, which would find in the log what was never published.
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, time: clock, ("Events:CheckInterval", "00:01:00"));
        await using var first = await Browser.OpenLiveAsync(application.FrontDoors[0]);
        await using var second = await Browser.OpenLiveAsync(application.FrontDoors[1]);

        foreach (var delivery in captured)
        {
            clock.Now = At(delivery);
            await application.DeliverAsync(delivery);
        }

        // Captures that repeat another have its signature.
        var expected = captured.DistinctBy(delivery => delivery.Signature).Select(delivery => delivery.Json).ToList();
        Assert.NotEqual(captured.Count, expected.Count);
        Assert.Equal(expected, (await first.NextAsync(expected.Count)).Select(received => received.Data));
        Assert.Equal(expected, (await second.NextAsync(expected.Count)).Select(received => received.Data));
        Assert.Equal(0, first.Waiting + second.Waiting);
    }

    private static DateTimeOffset At(Delivery delivery) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(delivery.Timestamp!, null));
}
