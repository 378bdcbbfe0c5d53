using System.Net;

namespace MeetWebhooks.Tests.Web.Forwarding;

/// <summary>Which methods and paths the front door forwards, while its Api is away: all else it answers itself.</summary>
public sealed class FrontDoorRoutesTests(FrontDoorRoutesTests.Fixture fixture) : IClassFixture<FrontDoorRoutesTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/rooms")]
    [InlineData("DELETE", "/rooms/a-1")]
    [InlineData("DELETE", "/recordings/a--EG_b--c")]
    [InlineData("GET", "/recordings/a--EG_b--c/url")]
    [InlineData("POST", "/webhook")]
    public async Task What_the_Api_knows_is_forwarded(string method, string target) =>
        Assert.Equal(503, await RawHttp.StatusAsync(fixture.FrontDoor, method, target));

    [Theory]
    [InlineData("/rooms")]
    [InlineData("/recordings")]
    [InlineData("/now")]
    public async Task Lists_are_answered_from_memory(string target) =>
        Assert.Equal(200, await RawHttp.StatusAsync(fixture.FrontDoor, "GET", target));

    [Theory]
    [InlineData("CONNECT", "/rooms")]
    [InlineData("TRACE", "/rooms")]
    [InlineData("PUT", "/rooms")]
    [InlineData("OPTIONS", "/rooms/a-1")]
    [InlineData("CONNECT", "/recordings/a--EG_b--c/url")]
    [InlineData("GET", "/webhook")]
    [InlineData("DELETE", "/webhook")]
    public async Task A_method_that_the_Api_does_not_know_is_not_forwarded(string method, string target) =>
        Assert.Contains(await RawHttp.StatusAsync(fixture.FrontDoor, method, target), (int[])[400, 405]);

    [Theory]
    [InlineData("DELETE", "/rooms/a/b")]
    [InlineData("GET", "/recordings/a/b/c")]
    [InlineData("GET", "/webhook/a")]
    public async Task A_path_that_the_Api_does_not_know_is_not_forwarded(string method, string target) =>
        Assert.Equal(404, await RawHttp.StatusAsync(fixture.FrontDoor, method, target));

    [Fact]
    public async Task HEAD_of_the_events_is_answered_without_a_stream()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "events");

        using var answer = await fixture.FrontDoor.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private MeetWebhooksApplication _application = null!;

        public HttpClient FrontDoor => _application.FrontDoor;

        public async ValueTask InitializeAsync()
        {
            _application = await MeetWebhooksApplication.StartAsync(settings: MeetWebhooksApplication.WithLists);
            await _application.StopApiAsync();
        }

        public ValueTask DisposeAsync() => _application.DisposeAsync();
    }
}
