using Garnet.common;
using MeetWebhooks.Redis;

namespace MeetWebhooks.Tests.Redis;

public sealed class EmbeddedRedisTests
{
    [Fact]
    public void A_port_that_is_taken_is_told_by_the_exception_after_which_another_is_looked_for()
    {
        using var first = EmbeddedRedis.Start();

        Assert.Throws<GarnetException>(() => EmbeddedRedis.Start(first.Port));
    }
}
