using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>A page of another origin that uses the front door, as pages of the tutorial do.</summary>
[Collection(nameof(PageFixture))]
public sealed class OtherOriginTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task A_page_of_a_listed_origin_reads_lists_and_the_stream_and_sends_commands()
    {
        await using var site = await Site.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: [("Cors:AllowedOrigins", site.Origin), MeetWebhooksApplication.WithLists]);
        var (first, second) = (application.FrontDoors[0], application.FrontDoors[1]);
        await using var wire = new Wire(first.BaseAddress!.Port);
        var page = await site.OpenAsync(await Fixture.NewPersonAsync(), new Uri($"http://127.0.0.1:{wire.Port}"));

        var created = await page.EvaluateAsync<string>(
            """
            async () => (await (await fetch(`${front}rooms`, {
              method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"roomName":"From elsewhere"}',
            })).json()).room.roomId
            """);
        var position = await page.EvaluateAsync<string>(
            "async () => (await fetch(`${front}rooms`)).headers.get('Last-Event-ID')");
        await page.EvaluateAsync(
            """
            position => {
              received = [];
              connections = 0;
              source = new EventSource(`${front}events?last_event_id=${position}`);
              source.addEventListener('open', () => connections++);
              source.addEventListener('message', ({ data }) => received.push(JSON.parse(data).data.message));
            }
            """,
            position);
        await application.DeliverAsync(Delivery.Event("testEvent", """{"message":"first"}"""));
        await page.WaitForFunctionAsync("received.includes('first')");

        // The browser finds nobody until the event that it misses is stored.
        wire.ServerPort = ServerProcess.FreePort();
        await application.StopReplicaAsync(0);
        using var missed = await Delivery.Event("testEvent", """{"message":"missed"}""").PostAsync(second, Cancel);
        wire.ServerPort = second.BaseAddress!.Port;
        await page.WaitForFunctionAsync("received.includes('missed')");
        var received = await page.EvaluateAsync<string[]>("received.filter(message => message)");
        var deleted = await page.EvaluateAsync<int>(
            "async id => (await fetch(`${front}rooms/${id}`, { method: 'DELETE' })).status", created);

        Assert.Equal(["first", "missed"], received);
        Assert.Equal(200, deleted);
    }

    [Fact]
    public async Task A_page_of_an_origin_that_is_not_listed_is_refused()
    {
        await using var site = await Site.StartAsync();
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Cors:AllowedOrigins", "https://another.example"), MeetWebhooksApplication.WithLists]);
        var page = await site.OpenAsync(await Fixture.NewPersonAsync(), application.FrontDoor.BaseAddress!);

        foreach (var request in (string[])
            ["fetch(`${front}rooms`)", "fetch(`${front}rooms`, { method: 'POST', body: '{\"roomName\":\"Never\"}' })",
             "fetch(`${front}rooms/a-1`, { method: 'DELETE' })"])
        {
            Assert.Equal(
                "refused", await page.EvaluateAsync<string>($"() => {request}.then(() => 'answered', () => 'refused')"));
        }

        Assert.Equal("refused", await page.EvaluateAsync<string>(
            """
            () => new Promise(resolve => {
              const source = new EventSource(`${front}events`);
              source.onopen = () => resolve('open');
              source.onerror = () => resolve('refused');
            })
            """));
        Assert.DoesNotContain("Never", await application.FrontDoor.GetStringAsync("rooms", Cancel), StringComparison.Ordinal);
    }

    /// <summary>A server with an empty page, on a host that is another site than the front door's.</summary>
    private sealed class Site(WebApplication server) : IAsyncDisposable
    {
        public string Origin { get; } = server.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        public static async Task<Site> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var server = builder.Build();
            server.MapGet("/", () => Results.Content("<!DOCTYPE html><title>Elsewhere</title>", "text/html"));
            await server.StartAsync(Cancel);
            return new Site(server);
        }

        public async Task<IPage> OpenAsync(IBrowserContext person, Uri frontDoor)
        {
            var page = await person.NewPageAsync();
            page.SetDefaultTimeout((float)Eventually.Limit.TotalMilliseconds);
            await page.GotoAsync(Origin);
            await page.EvaluateAsync("url => { front = url; }", frontDoor.ToString());
            return page;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
