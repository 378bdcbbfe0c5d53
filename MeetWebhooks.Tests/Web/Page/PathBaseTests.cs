using System.Net;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Web.Page;

/// <summary>The front door under a path of its host, as a proxy or the setting names it.</summary>
public sealed partial class PathBaseTests(PathBaseTests.Fixture fixture) : IClassFixture<PathBaseTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("(?:href|src)=\"(/[^\"]*)\"")]
    private static partial Regex Link { get; }

    [Theory]
    [InlineData("/apps/status", "/apps/status/")]
    [InlineData("/apps/status/", "/apps/status/")]
    [InlineData("/", "/")]
    [InlineData("status", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/a\"onclick=\"b", "/")]
    [InlineData("/../a", "/")]
    [InlineData("/a%2Fb", "/")]
    public async Task All_links_of_the_page_begin_with_a_trusted_proxys_prefix_if_it_is_a_path(string prefix, string root)
    {
        using var answer = await GetPageAsync(fixture.Trusting.FrontDoor, prefix);

        var page = await answer.Content.ReadAsStringAsync(Cancel);
        var links = Link.Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(root, links);
        Assert.Contains($"{root}recordings", links);
        Assert.Contains(links, link => link.EndsWith("/app.js", StringComparison.Ordinal));
        Assert.All(links, link => Assert.Matches($"^{root}([a-z]|[0-9a-f]{{12}}/|$)", link));
    }

    [Fact]
    public async Task The_prefix_of_an_untrusted_client_changes_nothing()
    {
        using var answer = await GetPageAsync(fixture.WithPathBase.FrontDoor, "/evil");

        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_one_path_base_is_not_taken_for_that_of_another()
    {
        var door = fixture.Trusting.FrontDoor;
        using var one = await GetPageAsync(door, "/one");
        using var two = await GetPageAsync(door, "/two", one.Headers.ETag!.ToString());
        using var again = await GetPageAsync(door, "/one", one.Headers.ETag!.ToString());

        Assert.Contains("href=\"/two/\"", await two.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.NotEqual(one.Headers.ETag, two.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/status/", 200)]
    [InlineData("GET", "/status", 200)]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/status/rooms", 200)]
    [InlineData("GET", "/STATUS/rooms", 200)]
    [InlineData("GET", "/rooms", 200)]
    [InlineData("GET", "/status/recordings/a--EG_b--c", 200)]
    [InlineData("HEAD", "/status/events", 200)]
    [InlineData("GET", "/status/health", 200)]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/alive", 200)]
    [InlineData("POST", "/status/webhook", 401)]
    [InlineData("POST", "/webhook", 401)]
    [InlineData("GET", "/statusrooms", 404)]
    [InlineData("GET", "/status/status/rooms", 404)]
    [InlineData("GET", "/other/rooms", 404)]
    public async Task Every_route_is_under_the_setting_and_without_it(string method, string target, int status) =>
        Assert.Equal(status, await RawHttp.StatusAsync(fixture.WithPathBase.FrontDoor, method, target));

    [Fact]
    public async Task Another_sites_page_can_not_write_under_a_path_base_either()
    {
        var answer = await RawHttp.ExchangeAsync(
            fixture.WithPathBase.FrontDoor,
            "POST /status/rooms HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
            + "Content-Length: 2\r\nConnection: close\r\n\r\n{}");

        Assert.Equal(403, RawHttp.Status(answer));
    }

    private static async Task<HttpResponseMessage> GetPageAsync(HttpClient door, string prefix, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await door.SendAsync(request, Cancel);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public MeetWebhooksApplication Trusting { get; private set; } = null!;

        public MeetWebhooksApplication WithPathBase { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Trusting = await MeetWebhooksApplication.StartAsync(settings: [("TrustedProxies", "127.0.0.1"), MeetWebhooksApplication.WithLists]);
            WithPathBase = await MeetWebhooksApplication.StartAsync(settings: [("PathBase", "/status/"), MeetWebhooksApplication.WithLists]);
        }

        public async ValueTask DisposeAsync()
        {
            await Trusting.DisposeAsync();
            await WithPathBase.DisposeAsync();
        }
    }
}
