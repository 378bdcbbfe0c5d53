using System.Net;
using System.Threading.RateLimiting;
using MeetWebhooks.Tests.Api.Meet;
using MeetWebhooks.Web.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Web.Streams;

public sealed class StreamLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_address_has_a_limit_of_its_own()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Streams:MaxPerAddress", "2"), ("TrustedProxies", "10.0.0.0/8, 127.0.0.1")]);
        using var first = await OpenAsync(application, "203.0.113.7");
        using var second = await OpenAsync(application, "203.0.113.7, 10.1.2.3");
        using var tooMany = await OpenAsync(application, "203.0.113.7");
        using var spoofed = await OpenAsync(application, "198.51.100.1, 203.0.113.7");
        using var other = await OpenAsync(application, "203.0.113.8");
        using var network1 = await OpenAsync(application, "2001:db8::1");
        using var network2 = await OpenAsync(application, "2001:db8::2");
        using var network3 = await OpenAsync(application, "2001:db8::ffff:3");

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { first, second, other, network1, network2 }.Select(answer => answer.StatusCode));
        await ProblemAssert.IsAsync(tooMany, HttpStatusCode.TooManyRequests, "Streams:MaxPerAddress");
        Assert.NotNull(tooMany.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.TooManyRequests, spoofed.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, network3.StatusCode);

        first.Dispose();
        await Eventually.TrueAsync(async () =>
        {
            using var again = await OpenAsync(application, "203.0.113.7");
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_forwarded_address_from_an_untrusted_client_does_not_raise_the_limit()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Streams:MaxPerAddress", "1"));
        using var first = await OpenAsync(application, "203.0.113.7");
        using var second = await OpenAsync(application, "203.0.113.8");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
    }

    [Fact]
    public async Task The_frameworks_switch_for_forwarded_headers_is_ignored_with_a_warning()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Streams:MaxPerAddress", "1"), ("ForwardedHeaders_Enabled", "true")]);
        using var first = await OpenAsync(application, "203.0.113.7");
        using var second = await OpenAsync(application, "203.0.113.8");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Single(application.Log.Lines, line => line.StartsWith(
            "Warning ASPNETCORE_FORWARDEDHEADERS_ENABLED is ignored", StringComparison.Ordinal));
    }

    [Fact]
    public void Peers_of_a_Unix_socket_have_no_limit_unless_it_is_set()
    {
        Assert.All(Acquire(new StreamOptions(), 1_001), lease => Assert.True(lease.IsAcquired));
        Assert.Equal([true, false], Acquire(new StreamOptions { MaxPerAddress = 1 }, 2).Select(lease => lease.IsAcquired));

        static List<RateLimitLease> Acquire(StreamOptions options, int count)
        {
            using var limiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(
                new StreamLimit(Options.Create(options)).GetPartition);
            return [.. Enumerable.Range(0, count).Select(_ => limiter.AttemptAcquire(new DefaultHttpContext()))];
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(MeetWebhooksApplication application, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "events");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        return await application.FrontDoor.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
