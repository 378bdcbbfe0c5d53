using System.Text;
using CsCheck;

namespace MeetWebhooks.Tests.Events;

public sealed class LoggedEventTests
{
    [Fact]
    public void An_entry_is_a_line_of_its_place_and_then_the_bytes_that_were_appended()
    {
        Assert.True(LoggedEvent.TryRead("a-2 b-1 1700000000000 -\n{\n \n}"u8.ToArray(), out var logged));

        Assert.Equal((new LogPosition("a", 2), new LogPosition("b", 1)), (logged.Id, logged.Previous));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), logged.AppendedAt);
        Assert.Null(logged.TraceParent);
        Assert.Equal("{\n \n}"u8.ToArray(), logged.Payload.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n{}")]
    [InlineData("a-2 b-1 1 -")]
    [InlineData("a-2 b-1 1\n{}")]
    [InlineData("a-2 b-1 1 - -\n{}")]
    [InlineData("a-2  b-1 1 -\n{}")]
    [InlineData("A-2 b-1 1 -\n{}")]
    [InlineData("a-2 b 1 -\n{}")]
    [InlineData("a-2 b-1 -1 -\n{}")]
    [InlineData("a-2 b-1 999999999999999999 -\n{}")]
    public void What_the_append_script_would_not_write_is_no_entry(string entry) =>
        Assert.False(LoggedEvent.TryRead(Encoding.UTF8.GetBytes(entry), out _));

    [Fact]
    public void Whatever_stands_in_the_log_is_an_entry_or_none() =>
        Gen.OneOf(Fuzz.Bytes, Fuzz.Mutation("a-2 b-1 1700000000000 -\n{}"u8.ToArray()))
            .Sample(entry => { LoggedEvent.TryRead(entry, out _); }, iter: 20_000);
}
