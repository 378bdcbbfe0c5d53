using System.Text;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class EventFrameTests
{
    [Fact]
    public void An_event_is_its_id_and_its_payload() =>
        Assert.Equal("id: log-7\ndata: {\"a\":1}\n\n", Encode("{\"a\":1}"));

    [Theory]
    [InlineData("{\n}", "{\n}")]
    [InlineData("{\r}", "{\n}")]
    [InlineData("{\r\n}", "{\n}")]
    [InlineData("\n{\n\n}\n", "\n{\n\n}\n")]
    [InlineData("{}\n\nevent: reset\ndata: x\n\n", "{}\n\nevent: reset\ndata: x\n\n")]
    [InlineData("{}\rid: evil-1\rdata: x", "{}\nid: evil-1\ndata: x")]
    [InlineData("{\"name\":\"\u2028 \u0085 🚀\"}", "{\"name\":\"\u2028 \u0085 🚀\"}")]
    public async Task Line_breaks_in_the_payload_stay_data_of_the_one_event(string payload, string data)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Encode(payload)));

        var received = await new SseReader(stream).ReadAsync(TestContext.Current.CancellationToken)
            .SingleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(data, received.Data);
        Assert.Equal("message", received.EventType);
        Assert.Equal("log-7", received.EventId);
    }

    private static string Encode(string payload) => Encoding.UTF8.GetString(EventFrame.Encode(
        new LoggedEvent(
            Frames.Position(7), Frames.Position(6), DateTimeOffset.UnixEpoch, null, Encoding.UTF8.GetBytes(payload))));
}
