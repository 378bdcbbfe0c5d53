using System.Net;
using System.Text.RegularExpressions;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Page;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Web.Page;

public sealed class PageEndpointsTests(PageEndpointsTests.Fixture fixture) : IClassFixture<PageEndpointsTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("rooms/any-room?role=speaker")]
    [InlineData("recordings/any--EG_recording--1")]
    [InlineData("recordings?room=Daily")]
    public async Task Every_view_has_an_address_that_answers_with_the_page(string address)
    {
        using var answer = await GetAsync(address, "text/html,application/xhtml+xml,*/*;q=0.8");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_data_gets_the_recordings_at_the_same_address()
    {
        using var answer = await GetAsync("recordings", "*/*");

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task A_file_is_kept_for_ever_under_the_version_of_the_page_and_compressed()
    {
        var page = await (await GetAsync("", "text/html")).Content.ReadAsStringAsync(Cancel);
        var path = Regex.Match(page, "src=\"/([^\"]+app.js)\"").Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");

        using var answer = await fixture.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("br", answer.Content.Headers.ContentEncoding.Single());
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
    }

    [Fact]
    public async Task Every_module_is_asked_for_with_the_page_and_not_when_its_importer_was_read()
    {
        var page = await (await GetAsync("", "text/html")).Content.ReadAsStringAsync(Cancel);
        var preloaded = Regex.Matches(page, "modulepreload\" href=\"/([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();

        foreach (var path in preloaded)
        {
            var module = await (await GetAsync(path, "*/*")).Content.ReadAsStringAsync(Cancel);
            var imported = Regex.Matches(module, "from '\\./([^']+)'").Select(match => match.Groups[1].Value);
            Assert.Subset(
                preloaded.Select(one => one.Split('/')[^1]).ToHashSet(), imported.ToHashSet());
        }

        Assert.Contains(preloaded, path => path.EndsWith("/app.js", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_itself_is_asked_for_again_and_answered_304_where_it_is_the_same()
    {
        using var first = await GetAsync("", "text/html");
        using var request = new HttpRequestMessage(HttpMethod.Get, "");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await fixture.Client.SendAsync(request, Cancel);

        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("000000000000/../appsettings.json")]
    [InlineData("000000000000/no-such-file.js")]
    [InlineData("000000000000/index.html")]
    public async Task What_is_no_file_of_the_page_is_not_found(string path)
    {
        using var answer = await GetAsync(path, "*/*");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void All_files_together_are_light() =>
        Assert.InRange(NewPage("http://localhost:9080").CompressedSize, 1, 60 * 1024);

    [Theory]
    [InlineData("http://localhost:9080", true)]
    [InlineData("https://meet.example.com/meet", true)]
    [InlineData("nonsense", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("http://user:secret@host", false)]
    [InlineData("http://host/?a=b", false)]
    public void The_address_of_OpenVidu_Meet_must_be_one(string url, bool isValid) =>
        Assert.Equal(isValid, MeetSettings.IsHttpAddress(url));

    private static MeetWebhooks.Web.Page.Page NewPage(string meetUrl) =>
        new(Options.Create(new PageOptions { MeetUrl = meetUrl }));

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        return await fixture.Client.SendAsync(request, Cancel);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private MeetWebhooksApplication _application = null!;

        public HttpClient Client => _application.FrontDoor;

        public async ValueTask InitializeAsync() => _application =
            await MeetWebhooksApplication.StartAsync(settings: MeetWebhooksApplication.WithLists);

        public ValueTask DisposeAsync() => _application.DisposeAsync();
    }
}
