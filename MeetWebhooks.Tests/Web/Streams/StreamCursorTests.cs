using System.Buffers;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class StreamCursorTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void A_cursor_without_a_position_starts_at_the_end_of_the_ring()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 3);
        var cursor = new StreamCursor(null);

        Assert.Equal(CursorEntry.Continued, cursor.Enter(ring, isRefreshed: false));
        Assert.Equal(Frames.Position(3), cursor.Position);
        Assert.Equal("", Read(cursor));
        ring.AddNext();
        Assert.Equal("4", Read(cursor));
    }

    [Fact]
    public void A_cursor_continues_after_its_position()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 3);
        var cursor = new StreamCursor(Frames.Position(1));

        Assert.Equal(CursorEntry.Continued, cursor.Enter(ring, isRefreshed: false));
        Assert.Equal(Frames.Position(1), cursor.Position);
        Assert.Equal("2 3", Read(cursor));
        Assert.Equal(Frames.Position(3), cursor.Position);
    }

    [Fact]
    public void A_cursor_is_in_the_ring_that_it_has_entered_last()
    {
        var first = Frames.Ring(start: 0, capacity: 4, events: 0);
        var second = Frames.Ring(start: 0, capacity: 4, events: 0);
        var cursor = new StreamCursor(null);
        Assert.False(cursor.IsIn(first));

        cursor.Enter(first, isRefreshed: false);

        Assert.True(cursor.IsIn(first));
        Assert.False(cursor.IsIn(second));
    }

    [Theory]
    [InlineData("other", 2)]
    [InlineData("log", 9)]
    [InlineData("?", 0)]
    public void An_unknown_position_is_reset_to_the_end_of_the_ring_but_only_after_a_refresh(string mark, long number)
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 3);
        var cursor = new StreamCursor(new LogPosition(mark, number));

        Assert.Equal(CursorEntry.Unknown, cursor.Enter(ring, isRefreshed: false));
        Assert.False(cursor.IsIn(ring));
        Assert.Equal("", Read(cursor));

        Assert.Equal(CursorEntry.Reset, cursor.Enter(ring, isRefreshed: true));
        Assert.Equal(Frames.Position(3), cursor.Position);
        Assert.True(cursor.IsIn(ring));
    }

    [Fact]
    public void A_position_that_the_refresh_brings_into_the_ring_is_continued()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 3);
        var cursor = new StreamCursor(Frames.Position(4));
        Assert.Equal(CursorEntry.Unknown, cursor.Enter(ring, isRefreshed: false));

        ring.AddNext();
        ring.AddNext();

        Assert.Equal(CursorEntry.Continued, cursor.Enter(ring, isRefreshed: true));
        Assert.Equal("5", Read(cursor));
    }

    [Fact]
    public void Events_are_read_once_and_in_order()
    {
        var ring = Frames.Ring(start: 0, capacity: 100, events: 0);
        var cursor = new StreamCursor(null);
        cursor.Enter(ring, isRefreshed: false);

        var read = new List<string>();
        for (var n = 1; n <= 20; n++)
        {
            ring.AddNext();
            if (n % 3 == 0)
                read.Add(Read(cursor)!);
        }

        Assert.Equal(["1 2 3", "4 5 6", "7 8 9", "10 11 12", "13 14 15", "16 17 18"], read);
        Assert.True(cursor.TryRead(_output, out var events, out var bytes));
        Assert.Equal((2, 6), (events, bytes));
    }

    [Fact]
    public void A_cursor_whose_next_event_has_left_the_ring_has_lost_events_and_reads_nothing()
    {
        var ring = Frames.Ring(start: 0, capacity: 4, events: 0);
        var cursor = new StreamCursor(null);
        cursor.Enter(ring, isRefreshed: false);
        for (var n = 0; n < 4; n++)
            ring.AddNext();
        Assert.False(cursor.HasLostEvents(ring));

        ring.AddNext();

        Assert.True(cursor.HasLostEvents(ring));
        Assert.Null(Read(cursor));
        Assert.Equal(Frames.Position(0), cursor.Position);
    }

    [Fact]
    public void A_new_ring_means_lost_events_until_the_cursor_has_entered_it()
    {
        var first = Frames.Ring(start: 0, capacity: 4, events: 2);
        var cursor = new StreamCursor(null);
        cursor.Enter(first, isRefreshed: false);
        var second = new FrameRing(new LogPosition("second", 0), capacity: 4, long.MaxValue);
        second.Add(new LogPosition("second", 1), "1"u8.ToArray());
        Assert.True(cursor.HasLostEvents(second));

        Assert.Equal(CursorEntry.Unknown, cursor.Enter(second, isRefreshed: false));
        Assert.Equal(CursorEntry.Reset, cursor.Enter(second, isRefreshed: true));

        Assert.False(cursor.HasLostEvents(second));
        Assert.Equal(new LogPosition("second", 1), cursor.Position);
        second.Add(new LogPosition("second", 2), "2"u8.ToArray());
        Assert.Equal("2", Read(cursor));
    }

    [Fact]
    public void A_new_ring_that_continues_the_position_is_entered_without_a_reset()
    {
        var cursor = new StreamCursor(null);
        cursor.Enter(Frames.Ring(start: 0, capacity: 4, events: 2), isRefreshed: false);

        var continuing = Frames.Ring(start: 1, capacity: 4, events: 3);

        Assert.Equal(CursorEntry.Continued, cursor.Enter(continuing, isRefreshed: false));
        Assert.Equal("3 4", Read(cursor));
    }

    [Fact]
    public void A_cursor_has_lost_nothing_before_there_is_a_ring() =>
        Assert.False(new StreamCursor(null).HasLostEvents(null));

    private string? Read(StreamCursor cursor)
    {
        _output.ResetWrittenCount();
        return cursor.TryRead(_output, out _, out _) ? Frames.Text(_output) : null;
    }
}
