using System.Net;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>OpenVidu Meet delivers again what it got no answer to; browsers see it once.</summary>
[Collection(nameof(AloneTests))]
public sealed class RepeatTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_delivery_posted_50_times_at_once_to_two_Apis_is_published_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await Service.StartApiAsync(redis.ConnectionString);
        await using var second = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(redis.ConnectionString, first);
        await using var browser = await ReconnectingBrowser.OpenAsync(web.Client);
        var delivery = Delivery.Event("meetingStarted");
        var last = Delivery.Event("meetingEnded");

        var posts = Enumerable.Range(0, 50)
            .Select(n => delivery.PostAsync(n % 2 == 0 ? first.Client : second.Client, Cancel)).ToList();
        foreach (var answer in await Task.WhenAll(posts))
        {
            using (answer)
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await second.Client.PersistAsync(last);
        await browser.ReceivedAsync(2);
        Assert.Equal([delivery.Json, last.Json], browser.Data);
    }

    [Fact]
    public async Task A_delivery_whose_answer_was_lost_as_the_Api_was_killed_is_not_published_twice()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = new Wire(redis.Port);
        await using var api = await Service.StartApiAsync($"127.0.0.1:{wire.Port}", ("Events:Timeout", "00:01:00"));
        await using var web = await Service.StartWebAsync(redis.ConnectionString, api);
        await using var browser = await ReconnectingBrowser.OpenAsync(web.Client);
        var before = await api.Client.PersistAsync(Delivery.Event("before"));
        var delivery = Delivery.Event("meetingStarted");

        // Redis stores it, but the Api never hears of that.
        wire.HoldAnswers();
        var post = delivery.PostAsync(api.Client, Cancel);
        await browser.ReceivedAsync(2);
        Assert.False(post.IsCompleted);
        await api.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => post);

        wire.PassAnswers();
        await api.RunAsync();
        await api.Client.PersistAsync(delivery);
        var after = await api.Client.PersistAsync(Delivery.Event("after"));

        await browser.ReceivedAsync(3);
        Assert.Equal([before.Json, delivery.Json, after.Json], browser.Data);
    }

    [Fact]
    public async Task A_repeat_is_recognised_for_as_long_as_a_delivery_with_its_timestamp_is_accepted()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Webhooks:MaxAge", "00:03:00"));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(application.Redis);
        var ahead = TimeSpan.FromMinutes(2.9);
        var delivery = Delivery.Sign("""{"event":"x","creationDate":1,"data":{}}""", DateTimeOffset.UtcNow + ahead);

        await application.DeliverAsync(delivery);

        var remembered = await connection.GetDatabase()
            .KeyTimeToLiveAsync($"{{meet-webhooks}}:delivery:{delivery.Signature}");
        Assert.InRange(remembered!.Value, TimeSpan.FromMinutes(3) + ahead, TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_repeat_is_forgotten_when_no_delivery_with_its_timestamp_could_be_accepted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = TestLog.Of(connection);

        var first = await log.AppendAsync("1"u8.ToArray(), "delivery", TimeSpan.FromMilliseconds(1), Cancel);
        await Eventually.TrueAsync(() => !connection.GetDatabase().KeyExists("{meet-webhooks}:delivery:delivery"));
        var second = await log.AppendAsync("1"u8.ToArray(), "delivery", TimeSpan.FromMinutes(1), Cancel);
        var repeat = await log.AppendAsync("1"u8.ToArray(), "delivery", TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal((1, false), (first.Id.Number, first.IsRepeat));
        Assert.Equal((2, false), (second.Id.Number, second.IsRepeat));
        Assert.Equal((second.Id, true), (repeat.Id, repeat.IsRepeat));
    }
}
