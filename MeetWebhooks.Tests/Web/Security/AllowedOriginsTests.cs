using System.Net;
using System.Text;

namespace MeetWebhooks.Tests.Web.Security;

/// <summary>Pages of other origins, as their browsers ask for them.</summary>
public sealed class AllowedOriginsTests(AllowedOriginsTests.Fixture fixture)
    : IClassFixture<AllowedOriginsTests.Fixture>
{
    private const string Listed = "https://intranet.example";
    private const string Other = "https://evil.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "rooms", "last-event-id")]
    [InlineData("POST", "rooms", "content-type")]
    [InlineData("DELETE", "rooms/a-1", "x-requested-with")]
    [InlineData("GET", "recordings", "cache-control")]
    [InlineData("DELETE", "recordings/a--EG_b--c", "content-type")]
    [InlineData("GET", "events", "last-event-id")]
    public async Task A_preflight_of_a_listed_origin_is_answered_here(string method, string path, string header)
    {
        using var answer = await PreflightAsync(fixture.ApiIsAway.FrontDoor, Listed, method, path, header);

        // The Api is away: it was not asked.
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Listed, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains(header, Header(answer, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        if (method == "DELETE")
            Assert.Contains(method, Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Headers.Vary);
    }

    [Theory]
    [InlineData(Other)]
    [InlineData("null")]
    [InlineData("https://intranet.example.evil.example")]
    [InlineData("http://intranet.example")]
    [InlineData("https://intranet.example:8443")]
    public async Task An_origin_that_is_not_listed_gets_no_permission(string origin)
    {
        using var preflight = await PreflightAsync(
            fixture.ApiIsAway.FrontDoor, origin, "DELETE", "rooms/a-1", "content-type");
        using var list = await SendAsync(fixture.Application.FrontDoor, HttpMethod.Get, "rooms", origin);
        using var command = await SendAsync(fixture.Application.FrontDoor, HttpMethod.Post, "rooms", origin);

        Assert.All([preflight, list], answer => Assert.DoesNotContain(
            answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.Ordinal)));
        Assert.Contains("Origin", list.Headers.Vary);
        Assert.Equal(HttpStatusCode.Forbidden, command.StatusCode);
    }

    [Theory]
    [InlineData(Listed)]
    [InlineData("http://localhost:5173")]
    [InlineData("https://xn--bcher-kva.example")]
    public async Task A_listed_origin_may_read_lists_with_their_headers_and_streams_and_send_commands(string origin)
    {
        var door = fixture.Application.FrontDoor;
        using var command = await SendAsync(door, HttpMethod.Post, "rooms", origin);
        using var list = await SendAsync(door, HttpMethod.Get, "rooms", origin);
        using var stream = await SendAsync(door, HttpMethod.Get, "events", origin);

        Assert.Equal(HttpStatusCode.Created, command.StatusCode);
        Assert.All(
            [command, list, stream], answer => Assert.Equal(origin, Header(answer, "Access-Control-Allow-Origin")));
        var exposed = Header(list, "Access-Control-Expose-Headers");
        foreach (var name in (string[])["Last-Event-ID", "Age", "Retry-After"])
            Assert.Contains(name, exposed, StringComparison.Ordinal);
        Assert.Single(list.Headers.Vary, "Origin");
    }

    [Fact]
    public async Task An_error_can_be_read_as_well()
    {
        using var away = await SendAsync(fixture.ApiIsAway.FrontDoor, HttpMethod.Get, "rooms", Listed);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.Equal(Listed, Header(away, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_page_itself_is_for_no_other_origin()
    {
        using var answer = await SendAsync(fixture.Application.FrontDoor, HttpMethod.Get, "", Listed);

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        string.Join(',', answer.Headers.GetValues(name));

    private static async Task<HttpResponseMessage> PreflightAsync(
        HttpClient door, string origin, string method, string path, string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", header);
        return await door.SendAsync(request, Cancel);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient door, HttpMethod method, string path, string origin)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        if (method == HttpMethod.Post)
            request.Content = new StringContent("""{"roomName":"From elsewhere"}""", Encoding.UTF8, "application/json");
        return await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private static readonly (string, string) Setting =
            ("Cors:AllowedOrigins", "https://Intranet.example:443/, http://localhost:5173,https://b\u00fccher.example");

        public MeetWebhooksApplication Application { get; private set; } = null!;

        public MeetWebhooksApplication ApiIsAway { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Application = await MeetWebhooksApplication.StartAsync(settings: [Setting, MeetWebhooksApplication.WithLists]);
            ApiIsAway = await MeetWebhooksApplication.StartAsync(settings: Setting);
            await ApiIsAway.StopApiAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Application.DisposeAsync();
            await ApiIsAway.DisposeAsync();
        }
    }
}
