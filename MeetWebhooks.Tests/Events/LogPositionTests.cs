namespace MeetWebhooks.Tests.Events;

public sealed class LogPositionTests
{
    [Theory]
    [InlineData("a-0", "a", 0)]
    [InlineData("596a6b9fd450-17", "596a6b9fd450", 17)]
    [InlineData("0-999999999999999", "0", 999_999_999_999_999)]
    public void What_it_writes_it_reads(string text, string log, long number)
    {
        Assert.True(LogPosition.TryParse(text, out var id));
        Assert.Equal(new LogPosition(log, number), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("a")]
    [InlineData("a-")]
    [InlineData("-1")]
    [InlineData("a--1")]
    [InlineData("a-+1")]
    [InlineData("a- 1")]
    [InlineData("a-1 ")]
    [InlineData("a-01")]
    [InlineData("a-1.0")]
    [InlineData("a-1-2")]
    [InlineData("A-1")]
    [InlineData("a\n-1")]
    [InlineData("é-1")]
    [InlineData("a-１")]
    [InlineData("a-1000000000000000")]
    [InlineData("a-99999999999999999999999")]
    [InlineData("123456789012345678901234567890123-1")]
    [InlineData("../../etc/passwd-1")]
    public void What_it_would_not_write_it_does_not_read(string? text) => Assert.False(LogPosition.TryParse(text, out _));
}
