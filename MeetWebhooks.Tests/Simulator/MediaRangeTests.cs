using MeetWebhooks.Simulator;
using MeetWebhooks.Simulator.Recordings;

namespace MeetWebhooks.Tests.Simulator;

public sealed class MediaRangeTests
{
    private const long Size = 6_291_777;

    [Theory]
    [InlineData("bytes=0-31", 0, 31)]
    [InlineData("bytes=0-", 0, 5_242_879)]
    [InlineData("bytes=5000000-", 5_000_000, 6_291_776)]
    [InlineData("bytes=6291776-99999999", 6_291_776, 6_291_776)]
    public void A_range_is_cut_as_the_real_one_cuts_it(string header, long first, long last) =>
        Assert.Equal(new MediaRange(first, last), MediaRange.Read(header, "recording", Size));

    [Theory]
    [InlineData("")]
    [InlineData("bytes=10-5")]
    public void Without_a_range_that_makes_sense_the_whole_is_sent(string header) =>
        Assert.Null(MediaRange.Read(header, "recording", Size));

    [Theory]
    [InlineData("bytes=-32", 422)]
    [InlineData("bytes=0-1,4-5", 422)]
    [InlineData("pages=1-2", 422)]
    [InlineData("bytes=99999999-", 416)]
    [InlineData("bytes=99999999999999999999-", 416)]
    public void Other_ranges_are_refused(string header, int status) =>
        Assert.Equal(status, Assert.Throws<MeetError>(() => MediaRange.Read(header, "recording", Size)).Status);
}
