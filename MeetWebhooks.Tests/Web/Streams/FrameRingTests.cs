using System.Buffers;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class FrameRingTests
{
    [Fact]
    public void Events_after_a_position_are_read_in_order()
    {
        var ring = Frames.Ring(start: 10, capacity: 4, events: 3);

        Assert.Equal("11 12 13", Read(ring, 10, out var last));
        Assert.Equal(13, last);
        Assert.Equal("13", Read(ring, 12, out _));
        Assert.Equal("", Read(ring, 13, out _));
    }

    [Fact]
    public void A_position_whose_next_event_was_replaced_cannot_be_read_from()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 10);

        Assert.Equal("7 8 9 10", Read(ring, 6, out _));
        Assert.True(ring.Reaches(6));
        Assert.Null(Read(ring, 5, out _));
        Assert.False(ring.Reaches(5));
    }

    [Fact]
    public void No_more_bytes_are_kept_than_allowed_but_always_the_newest_event()
    {
        // One digit and a blank each.
        var ring = Frames.Ring(start: 0, capacity: 100, events: 9, largest: 8);

        Assert.Equal("6 7 8 9", Read(ring, 5, out _));
        Assert.Null(Read(ring, 4, out _));

        var small = Frames.Ring(start: 0, capacity: 100, events: 9, largest: 1);

        Assert.Equal("9", Read(small, 8, out _));
        Assert.Equal(Frames.Position(9), small.Position);
    }

    [Fact]
    public void A_position_before_the_start_of_the_ring_is_not_reached()
    {
        var ring = Frames.Ring(start: 10, capacity: 4, events: 1);

        Assert.True(ring.Reaches(10));
        Assert.False(ring.Reaches(9));
    }

    [Fact]
    public void A_position_with_a_known_number_but_another_mark_is_not_continued()
    {
        var ring = Frames.Ring(start: 10, capacity: 4, events: 3);

        Assert.All([10, 11, 12, 13], number => Assert.True(ring.Continues(Frames.Position(number))));
        Assert.All([10, 11, 12, 13, 14], number => Assert.False(ring.Continues(new LogPosition("other", number))));
        Assert.False(ring.Continues(Frames.Position(9)));
        Assert.False(ring.Continues(Frames.Position(14)));
    }

    [Fact]
    public void A_position_that_is_far_behind_is_read_in_pieces_of_bounded_size()
    {
        var ring = new FrameRing(Frames.Position(0), 1000, long.MaxValue);
        for (var number = 1; number <= 1000; number++)
            ring.Add(Frames.Position(number), new byte[1000]);

        var output = new ArrayBufferWriter<byte>();
        var position = Frames.Position(0);
        while (position.Number < 1000)
        {
            var before = output.WrittenCount;
            Assert.True(ring.TryRead(ref position, output, out var bytes));
            Assert.Equal(output.WrittenCount - before, bytes);
            Assert.InRange(bytes, 1, 70_000);
        }
    }

    private static string? Read(FrameRing ring, long after, out long last)
    {
        var output = new ArrayBufferWriter<byte>();
        var position = Frames.Position(after);
        var isWhole = ring.TryRead(ref position, output, out _);
        last = position.Number;
        return isWhole ? Frames.Text(output) : null;
    }
}
