using System.Buffers;
using System.Text;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class EventRingTests
{
    [Fact]
    public void A_cursor_gets_what_came_after_it_in_order()
    {
        var ring = Ring(start: 10, capacity: 4, events: 3);

        Assert.Equal("11 12 13", Read(ring, 10, out var cursor));
        Assert.Equal(13, cursor);
        Assert.Equal("13", Read(ring, 12, out _));
        Assert.Equal("", Read(ring, 13, out _));
    }

    [Fact]
    public void A_cursor_that_the_ring_has_left_behind_is_told_so()
    {
        var ring = Ring(start: 0, capacity: 4, events: 10);

        Assert.Equal("7 8 9 10", Read(ring, 6, out _));
        Assert.True(ring.Reaches(6));
        Assert.Null(Read(ring, 5, out _));
        Assert.False(ring.Reaches(5));
    }

    [Fact]
    public void A_cursor_from_before_the_ring_began_is_not_reached()
    {
        var ring = Ring(start: 10, capacity: 4, events: 1);

        Assert.True(ring.Reaches(10));
        Assert.False(ring.Reaches(9));
    }

    [Fact]
    public void An_id_with_a_known_number_but_another_mark_is_another_events()
    {
        var ring = Ring(start: 10, capacity: 4, events: 3);

        Assert.All([10, 11, 12, 13], number => Assert.True(ring.Continues(new LogPosition("log", number))));
        Assert.All([10, 11, 12, 13, 14], number => Assert.False(ring.Continues(new LogPosition("other", number))));
        Assert.False(ring.Continues(new LogPosition("log", 9)));
        Assert.False(ring.Continues(new LogPosition("log", 14)));
    }

    [Fact]
    public void A_reader_that_is_far_behind_gets_a_bounded_piece_at_once()
    {
        var ring = new EventRing(new LogPosition("log", 0), 1000);
        for (var number = 1; number <= 1000; number++)
            ring.Add(Event(number, new byte[1000]));

        var output = new ArrayBufferWriter<byte>();
        var cursor = new LogPosition("log", 0);
        while (cursor.Number < 1000)
        {
            var before = output.WrittenCount;
            Assert.True(ring.Read(ref cursor, output, out var bytes));
            Assert.Equal(output.WrittenCount - before, bytes);
            Assert.InRange(bytes, 1, 70_000);
        }
    }

    private static EventRing Ring(long start, int capacity, int events)
    {
        var ring = new EventRing(new LogPosition("log", start), capacity);
        for (var number = start + 1; number <= start + events; number++)
            ring.Add(Event(number, Encoding.UTF8.GetBytes($"{number}")));
        return ring;
    }

    private static LoggedEvent Event(long number, byte[] payload) =>
        new(new LogPosition("log", number), new LogPosition("log", number - 1), default, null, payload);

    private static string? Read(EventRing ring, long after, out long cursor)
    {
        var output = new ArrayBufferWriter<byte>();
        var id = new LogPosition("log", after);
        var isWhole = ring.Read(ref id, output, out _);
        cursor = id.Number;
        if (!isWhole)
            return null;
        return string.Join(' ', Encoding.UTF8.GetString(output.WrittenSpan).Split('\n')
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]));
    }
}
