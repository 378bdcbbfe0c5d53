using System.Text;

namespace MeetWebhooks.Tests.HarnessTests;

public sealed class SseReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The examples of https://html.spec.whatwg.org/multipage/server-sent-events.html, and what they leave out.
    [Theory]
    [InlineData("data: YHOO\ndata: +2\ndata: 10\n\n", "|message|YHOO\n+2\n10")]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
        "1|message|first event", "|message|second event", "|message| third event")]
    [InlineData("data\n\ndata\ndata\n\ndata:", "|message|", "|message|\n")]
    [InlineData("data:test\n\ndata: test\n\n", "|message|test", "|message|test")]
    [InlineData("event: add\ndata: 73857293\n\nevent: remove\n\ndata: 113411\n\n", "|add|73857293", "|message|113411")]
    [InlineData("data: a\r\n\r\ndata: b\r\rdata: c\n\n", "|message|a", "|message|b", "|message|c")]
    [InlineData("\ufeffdata: a: b\nDATA: c\ndat: d\n data: e\n\n", "|message|a: b")]
    [InlineData("id: 1\0\ndata: a\n\n", "|message|a")]
    public async Task A_stream_is_read_as_the_standard_says(string stream, params string[] events)
    {
        var received = await Reader(stream).ReadAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(events, received.Select(item => $"{item.EventId}|{item.EventType}|{item.Data}"));
    }

    [Theory]
    [InlineData("", "log-1")]
    [InlineData("id: log-2\n\n", "log-2")]
    [InlineData("id: log-2\ndata: {}\n\n", "log-2")]
    [InlineData("id: log-2\ndata: {}\n", "log-1")]
    [InlineData("id: log-2\ndata: {}\n\nid: log-3\ndata: {", "log-2")]
    [InlineData("id: log-2\n\nid\n\n", "")]
    public async Task An_id_counts_at_the_end_of_its_event_with_data_or_without(string stream, string lastEventId)
    {
        var reader = Reader(stream, "log-1");

        await reader.ReadAsync(Cancel).CountAsync(Cancel);

        Assert.Equal(lastEventId, reader.LastEventId);
    }

    [Theory]
    [InlineData("retry: 700\n\n", 700)]
    [InlineData("retry: soon\nretry: 7s\nretry: -7\nretry\n\n", null)]
    public async Task The_reconnection_interval_is_a_whole_number_of_milliseconds(string stream, int? milliseconds)
    {
        var reader = Reader(stream);

        Assert.Equal(0, await reader.ReadAsync(Cancel).CountAsync(Cancel));
        Assert.Equal(milliseconds, reader.ReconnectionInterval?.TotalMilliseconds);
    }

    private static SseReader Reader(string stream, string lastEventId = "") =>
        new(new MemoryStream(Encoding.UTF8.GetBytes(stream)), lastEventId);
}
