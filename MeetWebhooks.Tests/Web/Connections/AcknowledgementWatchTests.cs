using MeetWebhooks.Web.Connections;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.Web.Connections;

public sealed class AcknowledgementWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new();
    private readonly AcknowledgementWatch _watch;

    public AcknowledgementWatchTests() => _watch = new AcknowledgementWatch(_time);

    [Fact]
    public void A_peer_that_answers_nothing_has_vanished_after_30_seconds()
    {
        Assert.DoesNotContain(true, Look(6, isUnanswered: true, LongAgo));
        Assert.Equal([true], Look(1, isUnanswered: true, LongAgo));
    }

    [Fact]
    public void A_peer_that_is_sent_nothing_has_not_vanished() =>
        Assert.DoesNotContain(true, Look(100, isUnanswered: false, LongAgo));

    [Fact]
    public void A_peer_whose_answer_to_a_probe_is_on_its_way_has_not_vanished()
    {
        for (var n = 0; n < 10; n++)
        {
            Assert.DoesNotContain(true, Look(1, isUnanswered: true, LongAgo));
            Assert.DoesNotContain(true, Look(5, isUnanswered: false, LongAgo));
        }
    }

    [Fact]
    public void A_peer_that_is_always_sent_more_has_not_vanished_while_it_answers() =>
        Assert.DoesNotContain(true, Look(100, isUnanswered: true, Interval / 2));

    private List<bool> Look(int times, bool isUnanswered, TimeSpan sinceAcknowledgement)
    {
        var results = new List<bool>();
        for (var n = 0; n < times; n++)
        {
            _time.Advance(Interval);
            results.Add(_watch.HasVanished(isUnanswered, sinceAcknowledgement));
        }

        return results;
    }
}
