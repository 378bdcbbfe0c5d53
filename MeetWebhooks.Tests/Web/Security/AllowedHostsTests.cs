using System.Net;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Security;

public sealed class AllowedHostsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("meet.example", "meet.example", 200)]
    [InlineData("meet.example", "MEET.example:6080", 200)]
    [InlineData("meet.example", "rebound.evil.example", 400)]
    [InlineData("other.example; *.meet.example", "status.meet.example", 200)]
    [InlineData("other.example; *.meet.example", "meet.example.evil", 400)]
    [InlineData("bücher.example", "xn--bcher-kva.example", 200)]
    [InlineData("", "anything.example", 200)]
    [InlineData("*", "anything.example", 200)]
    public async Task Only_listed_hosts_are_answered(string setting, string host, int status)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: ("AllowedHosts", setting));

        Assert.Equal(status, RawHttp.Status(await GetAsync(application, "/", host)));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_and_one_warning_that_names_the_host()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: ("AllowedHosts", "meet.example"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "rooms") { Headers = { Host = "rebound.example" } };

        using var answer = await application.FrontDoor.SendAsync(request, Cancel);
        await GetAsync(application, "/", "rebound.example");

        await ProblemAssert.IsAsync(answer, HttpStatusCode.BadRequest, "AllowedHosts");
        Assert.Single(application.Log.Lines, line => line.StartsWith("Warning Refused", StringComparison.Ordinal)
            && line.Contains("rebound.example", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/alive")]
    [InlineData("/health")]
    public async Task A_probe_may_use_any_host(string probe)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: ("AllowedHosts", "meet.example"));

        Assert.Equal(200, RawHttp.Status(await GetAsync(application, probe, "10.1.2.3:8080")));
    }

    [Theory]
    [InlineData("inner.example", "meet.example", 200)]
    [InlineData("meet.example", "evil.example", 400)]
    public async Task The_host_that_a_trusted_proxy_names_is_the_one_that_is_checked(string host, string forwarded, int status)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("AllowedHosts", "meet.example"), ("TrustedProxies", "127.0.0.1")]);

        var answer = await GetAsync(
            application, "/", host, $"X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Host: {forwarded}\r\nX-Forwarded-Proto: https\r\n");

        Assert.Equal(status, RawHttp.Status(answer));
    }

    private static Task<string> GetAsync(MeetWebhooksApplication application, string path, string host, string headers = "") =>
        RawHttp.ExchangeAsync(
            application.FrontDoor, $"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
}
