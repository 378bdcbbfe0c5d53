namespace MeetWebhooks.Tests.Captures;

public sealed class CaptureTests
{
    [Theory]
    [InlineData("3.4.0", 98, 160)]
    [InlineData("3.8.0", 9, 34)]
    [InlineData("3.9.0-dev", 9, 34)]
    [InlineData("3.9", 211, 308)]
    public void Every_captured_webhook_and_exchange_can_be_read(string version, int webhooks, int exchanges)
    {
        Assert.Equal(webhooks, Delivery.AllCaptured(version).Count());
        Assert.Equal(exchanges, CaptureFile.Rest(version).Count);
        Assert.All(
            CaptureFile.Rest(version).Keys,
            name => Assert.InRange(RestExchange.Read(name, version).Status, 200, 599));
    }
}
