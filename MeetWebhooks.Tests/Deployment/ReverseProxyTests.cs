using System.Net;
using System.Text;
using MeetWebhooks.Tests.Page;

namespace MeetWebhooks.Tests.Deployment;

/// <summary>The configurations of proxies in <c>docs/deployment.md</c>, run by the real programs.</summary>
[Collection(nameof(PageFixture))]
public sealed class ReverseProxyTests(PageFixture fixture, ReverseProxyTests.TrustingApplication trusting)
    : PageTest(fixture), IClassFixture<ReverseProxyTests.TrustingApplication>
{
    private const int StreamsPerAddress = 4;

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("caddy")]
    [InlineData("haproxy")]
    public async Task An_event_arrives_without_anything_after_it_that_pushes_it_on(string kind)
    {
        await using var proxy = await StartAsync(kind);
        await using var stream = await Browser.OpenLiveAsync(proxy.Client);

        foreach (var message in (string[])["first", "second"])
        {
            var delivery = Delivery.Event("testEvent", $$"""{"message":"{{message}}"}""");
            using var answer = await delivery.PostAsync(proxy.Client, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

            Assert.Equal(delivery.Json, (await stream.NextAsync()).Data);
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("caddy")]
    [InlineData("haproxy")]
    public async Task A_browser_that_reconnects_gets_what_it_missed_and_what_comes_then(string kind)
    {
        await using var proxy = await StartAsync(kind);
        string position;
        await using (var stream = await Browser.OpenLiveAsync(proxy.Client))
            position = stream.LastEventId;
        // Over the size from which proxies compress.
        var missed = Delivery.Event("testEvent", $$"""{"message":"{{new string('x', 2000)}}"}""");
        await trusting.Application.DeliverAsync(missed);

        await using var again = await Browser.OpenAsync(proxy.Client, position);

        Assert.Equal(missed.Json, (await again.NextAsync()).Data);
        var next = Delivery.Event("testEvent");
        await trusting.Application.DeliverAsync(next);
        Assert.Equal(next.Json, (await again.NextAsync()).Data);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("caddy")]
    [InlineData("haproxy")]
    public async Task Commands_are_accepted_from_the_proxys_own_origin_only(string kind)
    {
        await using var proxy = await StartAsync(kind);

        Assert.Equal(HttpStatusCode.Created, await CreateFromAsync(proxy.Uri.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(HttpStatusCode.Forbidden, await CreateFromAsync("https://127.0.0.1"));

        async Task<HttpStatusCode> CreateFromAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "rooms")
            {
                Content = new StringContent("""{"roomName":"By proxy"}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Origin", origin);
            using var answer = await proxy.Client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("caddy")]
    [InlineData("haproxy")]
    public async Task Each_browser_has_the_address_that_it_connects_to_the_proxy_from(string kind)
    {
        await using var proxy = await StartAsync(kind);
        using var one = proxy.ClientFrom(IPAddress.Parse("127.0.0.2"));
        using var other = proxy.ClientFrom(IPAddress.Parse("127.0.0.3"));
        var streams = new List<HttpResponseMessage>();
        for (var n = 0; n < StreamsPerAddress; n++)
            streams.Add(await OpenAsync(one));
        Assert.All(streams, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));

        streams.Add(await OpenAsync(one, forwardedFor: "203.0.113.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, streams[^1].StatusCode);
        streams.Add(await OpenAsync(other));
        Assert.Equal(HttpStatusCode.OK, streams[^1].StatusCode);
        streams.ForEach(stream => stream.Dispose());

        static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string? forwardedFor = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "events");
            if (forwardedFor is not null)
                request.Headers.Add("X-Forwarded-For", forwardedFor);
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("caddy")]
    [InlineData("haproxy")]
    public async Task The_page_is_live_and_creates_rooms(string kind)
    {
        await using var application = await StartApplicationAsync();
        await using var proxy = await ReverseProxy.StartAsync(kind, await SnippetAsync(kind), application.FrontDoors);

        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), proxy.Uri);
        await CreateAsync(page, $"Behind {kind}");

        using var webhook = await Delivery.Event("testEvent", $$"""{"message":"by {{kind}}"}""")
            .PostAsync(proxy.Client, Cancel);
        Assert.Equal(HttpStatusCode.OK, webhook.StatusCode);
        await Expect(page.Locator("#feed")).ToContainTextAsync($"by {kind}");
    }

    [Fact]
    public async Task The_page_works_under_a_path_that_nginx_removes_and_names()
    {
        var server = await SnippetAsync("nginx", "server {");
        var location = await SnippetAsync("nginx", "location /status/");
        var start = server.IndexOf("    location", StringComparison.Ordinal);
        await using var application = await StartApplicationAsync();
        await using var proxy = await ReverseProxy.StartAsync(
            "nginx", $"{server[..start]}{location}{server[start..]}", application.FrontDoors);

        await UseUnderPathAsync(proxy, "/status/");
    }

    [Fact]
    public async Task The_page_works_under_a_path_that_Caddy_passes_on()
    {
        await using var application = await StartApplicationAsync(("PathBase", "/status"));
        await using var proxy = await ReverseProxy.StartAsync(
            "caddy", await SnippetAsync("caddy", "/status"), application.FrontDoors);

        await UseUnderPathAsync(proxy, "/status");
    }

    [Fact]
    public async Task No_event_is_lost_behind_HAProxy_when_a_replica_is_stopped()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(replicas: 2);
        await using var proxy = await ReverseProxy.StartAsync(
            "haproxy", await SnippetAsync("haproxy"), application.FrontDoors);
        var browsers = new List<ReconnectingBrowser>();
        for (var n = 0; n < 10; n++)
            browsers.Add(await ReconnectingBrowser.OpenAsync(proxy.Client));
        var sent = new List<string>();

        await DeliverAsync(5);
        var stop = application.StopReplicaAsync(0);
        await DeliverAsync(20);
        await stop;
        await DeliverAsync(5);

        foreach (var browser in browsers)
        {
            await browser.ReceivedAsync(sent.Count);
            Assert.Equal(sent, browser.Data);
            Assert.Equal(0, browser.Resets);
            await browser.DisposeAsync();
        }

        async Task DeliverAsync(int count)
        {
            for (var n = 0; n < count; n++)
                sent.Add((await proxy.Client.PersistAsync(Delivery.Event("x", $$"""{"n":{{sent.Count}}}"""))).Json);
        }
    }

    private static Task<MeetWebhooksApplication> StartApplicationAsync(params (string Key, string Value)[] settings) =>
        MeetWebhooksApplication.StartAsync(
            settings: [("TrustedProxies", "127.0.0.1"), MeetWebhooksApplication.WithLists, .. settings]);

    private static Task<string> SnippetAsync(string language, string containing = "") =>
        Repository.SnippetAsync("docs/deployment.md", language, containing);

    private async Task<ReverseProxy> StartAsync(string kind) =>
        await ReverseProxy.StartAsync(kind, await SnippetAsync(kind), trusting.Application.FrontDoors);

    private async Task UseUnderPathAsync(ReverseProxy proxy, string address)
    {
        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), new Uri(proxy.Uri, address));
        await GoThroughViewsAsync(page, new Uri(proxy.Uri, "/status/"));

        using var webhook = await Delivery.Event("testEvent", """{"message":"by its path"}""")
            .PostAsync(proxy.Client, Cancel, "status/webhook");
        Assert.Equal(HttpStatusCode.OK, webhook.StatusCode);
        await Expect(page.Locator("#feed")).ToContainTextAsync("by its path");
    }

    public sealed class TrustingApplication : IAsyncLifetime
    {
        public MeetWebhooksApplication Application { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Application = await MeetWebhooksApplication.StartAsync(
            settings:
            [
                ("TrustedProxies", "127.0.0.1"),
                ("Streams:MaxPerAddress", $"{StreamsPerAddress}"),
            ]);

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}
