using System.Net;
using System.Text;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Security;

public sealed class SameOriginWritesTests(SameOriginWritesTests.Fixture fixture) : IClassFixture<SameOriginWritesTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "rooms", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "rooms", "Sec-Fetch-Site", "same-site")]
    [InlineData("POST", "ROOMS/", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "//rooms", "Sec-Fetch-Site", "cross-site")]
    [InlineData("DELETE", "rooms/a-1", "Sec-Fetch-Site", "cross-site")]
    [InlineData("DELETE", "recordings/a--EG_b--c", "Sec-Fetch-Site", "nonsense")]
    [InlineData("DELETE", "%72ooms/a-1", "Origin", "https://evil.example")]
    [InlineData("DELETE", "rooms/a-1", "Origin", "http://127.0.0.1:1")]
    [InlineData("DELETE", "rooms/a-1", "Origin", "null")]
    [InlineData("DELETE", "rooms/a-1", "Origin", "")]
    [InlineData("DELETE", "recordings/a--EG_b--c", "Origin", "http://localhost.evil.example")]
    public async Task Another_sites_page_can_not_create_or_delete(string method, string path, string header, string value)
    {
        var answer = await RawHttp.ExchangeAsync(
            fixture.Application.FrontDoor,
            $"{method} /{path} HTTP/1.1\r\nHost: localhost\r\n{header}: {value}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"roomName\":\"a\"}");

        Assert.Contains(RawHttp.Status(answer), (int[])[403, 404]);
        Assert.DoesNotContain("Access-Control-", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(fixture.Meet.Requests);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Origin", "its own")]
    [InlineData("X-Any", "no browser")]
    public async Task The_page_itself_and_programs_can(string header, string value)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        using var request = Creation();
        request.Headers.TryAddWithoutValidation(
            header, value == "its own" ? application.FrontDoor.BaseAddress!.GetLeftPart(UriPartial.Authority) : value);

        using var answer = await application.FrontDoor.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_proxys_word_about_the_host_counts_where_it_is_trusted()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: ("TrustedProxies", "127.0.0.1"));
        foreach (var (origin, status) in (ReadOnlySpan<(string, HttpStatusCode)>)
            [("https://meet.example", HttpStatusCode.Created), ("https://evil.example", HttpStatusCode.Forbidden)])
        {
            using var request = Creation();
            request.Headers.Add("Origin", origin);
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            request.Headers.Add("X-Forwarded-Host", "meet.example");
            request.Headers.Add("X-Forwarded-Proto", "https");

            using var answer = application.FrontDoor.Send(request, Cancel);

            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_webhook_may_come_from_anywhere_as_it_is_signed()
    {
        var delivery = Delivery.Event("meetingStarted");
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhook") { Content = new ByteArrayContent(delivery.Body) };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("X-Timestamp", delivery.Timestamp);
        request.Headers.Add("X-Signature", delivery.Signature);

        using var answer = await fixture.Application.FrontDoor.SendAsync(request, Cancel);

        // Refused, but for its signature: this fixture has another key.
        await ProblemAssert.IsAsync(answer, HttpStatusCode.Unauthorized, "signature");
    }

    [Theory]
    [InlineData("xn--bcher-kva.example", "http://xn--bcher-kva.example", 201)]
    [InlineData("xn--bcher-kva.example:6080", "http://xn--bcher-kva.example:6080", 201)]
    [InlineData("[::1]:6080", "http://[::1]:6080", 201)]
    [InlineData("xn--bcher-kva.example", "http://bcher-kva.example", 403)]
    [InlineData("xn--bcher-kva.example", "http://xn--bcher-kva.example:6080", 403)]
    public async Task An_origin_is_its_hosts_own_in_punycode_and_as_an_IPv6_address(string host, string origin, int status)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();

        var answer = await RawHttp.ExchangeAsync(
            application.FrontDoor,
            $"POST /rooms HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"roomName\":\"a\"}");

        Assert.Equal(status, RawHttp.Status(answer));
    }

    private static HttpRequestMessage Creation() => new(HttpMethod.Post, "rooms")
    {
        Content = new StringContent("""{"roomName":"a"}""", Encoding.UTF8, "application/json"),
    };

    public sealed class Fixture : IAsyncLifetime
    {
        internal StubMeet Meet { get; private set; } = null!;

        public MeetWebhooksApplication Application { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Meet = await StubMeet.StartAsync(200, "application/json", "{}");
            Application = await MeetWebhooksApplication.StartAsync(
                settings: [("Meet:ServerUrl", Meet.Url), ("Meet:ApiKey", "another-key")]);
        }

        public async ValueTask DisposeAsync()
        {
            await Application.DisposeAsync();
            await Meet.DisposeAsync();
        }
    }
}
