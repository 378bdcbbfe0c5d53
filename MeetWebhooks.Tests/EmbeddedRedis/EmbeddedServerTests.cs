using Garnet.common;
using MeetWebhooks.EmbeddedRedis;

namespace MeetWebhooks.Tests.EmbeddedRedis;

public sealed class EmbeddedServerTests
{
    [Fact]
    public void A_port_that_is_taken_is_told_by_the_exception_after_which_another_is_looked_for()
    {
        using var first = EmbeddedServer.Start();

        Assert.Throws<GarnetException>(() => EmbeddedServer.Start(first.Port));
    }
}
