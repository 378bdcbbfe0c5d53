using System.Net;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Forwarding;

/// <summary>Two Apis, of which one is dead or hangs, and one that hangs alone.</summary>
public sealed class SeveralApisTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_fails_while_one_of_two_Apis_is_dead()
    {
        await using var system = await TwoApis.StartAsync();
        await system.DeliverAsync(20);

        await system.First.KillAsync();
        await system.DeliverAsync(50);

        await system.First.RunAsync();
        await system.Second.KillAsync();
        await system.DeliverAsync(50);
    }

    [Fact]
    public async Task No_request_waits_for_an_Api_that_is_known_to_hang()
    {
        await using var system = await TwoApis.StartAsync();
        await system.DeliverAsync(20);

        system.First.Pause();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => system.PostAsync()));
        // Those that went to the first Api were given up before OpenVidu Meet would have; from then on none goes there.
        Assert.All(answers, status => Assert.Contains(status, (HttpStatusCode[])
            [HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout]));
        Assert.Contains(HttpStatusCode.OK, answers);
        await Eventually.TrueAsync(() => system.Web.Output.Contains("requests go to the others", StringComparison.Ordinal));
        await system.DeliverAsync(50);

        system.First.Continue();
        system.Second.Pause();
        await Eventually.TrueAsync(async () => await system.PostAsync() == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_that_an_Api_may_have_got_is_not_sent_to_another_one()
    {
        await using var system = await TwoApis.StartAsync();
        await system.DeliverAsync(20);
        await using var browser = await Browser.OpenLiveAsync(system.Web.Client);
        system.First.Pause();
        system.Second.Pause();
        var posting = Enumerable.Range(0, 40).Select(_ => system.PostAsync()).ToList();
        await Eventually.TrueAsync(() => HasUnreadBytes(system.First) && HasUnreadBytes(system.Second));

        // Once one answers, requests that wait for the other one are given up.
        system.Second.Continue();
        var answers = await Task.WhenAll(posting);
        await system.DeliverAsync(1);

        var accepted = answers.Count(status => status == HttpStatusCode.OK);
        Assert.InRange(accepted, 1, posting.Count - 1);
        await browser.NextAsync(accepted + 2);
        Assert.Equal(0, browser.Waiting);
    }

    [Fact]
    public async Task OpenVidu_Meet_does_not_give_up_before_an_Api_that_hangs_is_given_up()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api);
        api.Pause();

        // Twice as long as OpenVidu Meet waits.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        using var answer = await Delivery.Event("meetingStarted").PostAsync(web.Client, patience.Token);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.GatewayTimeout, "send the webhook again");
    }

    /// <summary>Whether something was sent to a server that it has not read: the column rx_queue in the system's table.</summary>
    private static bool HasUnreadBytes(Service server) => File.ReadLines("/proc/net/tcp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(columns => columns[1].EndsWith($":{server.Port:X4}", StringComparison.Ordinal)
            && columns[3] == "01"
            && !columns[4].EndsWith(":00000000", StringComparison.Ordinal));

    private sealed class TwoApis : IAsyncDisposable
    {
        private readonly RedisServer _redis;
        private int _posted;

        private TwoApis(RedisServer redis, Service first, Service second, Service web) =>
            (_redis, First, Second, Web) = (redis, first, second, web);

        public Service First { get; }

        public Service Second { get; }

        public Service Web { get; }

        public static async Task<TwoApis> StartAsync()
        {
            var redis = await RedisServer.StartAsync();
            var first = await Service.StartApiAsync(redis.ConnectionString);
            var second = await Service.StartApiAsync(redis.ConnectionString);
            var web = await Service.StartWebAsync(
                redis.ConnectionString, first, ("services:api:http:1", second.Client.BaseAddress!.ToString()));
            return new TwoApis(redis, first, second, web);
        }

        public async Task<HttpStatusCode> PostAsync()
        {
            // No two are repeats of one another.
            var delivery = Delivery.Event("meetingStarted", $$"""{"n":{{Interlocked.Increment(ref _posted)}}}""");
            using var answer = await delivery.PostAsync(Web.Client, Cancel);
            return answer.StatusCode;
        }

        /// <summary>
        /// Delivers webhooks one after the other, and some at once; none may be refused. On a slow machine one in ten may
        /// take too long, which half of them do that wait for an Api that hangs.
        /// </summary>
        public async Task DeliverAsync(int count)
        {
            var answers = new List<HttpStatusCode>();
            for (var n = 0; n < count; n++)
                answers.Add(await PostAsync());
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => PostAsync())));
            Assert.All(answers, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.GatewayTimeout, $"{status}"));
            Assert.InRange(answers.Count(status => status == HttpStatusCode.GatewayTimeout), 0, count / 5);
        }

        public async ValueTask DisposeAsync()
        {
            await Web.DisposeAsync();
            await Second.DisposeAsync();
            await First.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }
}
