namespace MeetWebhooks.Tests.Page;

/// <summary>The page under a path of its host.</summary>
[Collection(nameof(PageFixture))]
public sealed class PathBaseTests(PageFixture fixture) : PageTest(fixture)
{
    [Theory]
    [InlineData("/status")]
    [InlineData("/status/")]
    [InlineData("/")]
    public async Task Under_a_path_base_every_view_works_whether_the_proxy_keeps_or_removes_it(string address)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: [("PathBase", "/status"), MeetWebhooksApplication.WithLists]);
        var root = new Uri(application.FrontDoor.BaseAddress!, "status/");

        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), new Uri(root, address));
        await page.ClickAsync("[data-nav=rooms]");

        await GoThroughViewsAsync(page, root);
        using var webhook = await Delivery.Event("testEvent", """{"message":"under a path"}""")
            .PostAsync(application.FrontDoor, Cancel, "status/webhook");
        Assert.True(webhook.IsSuccessStatusCode);
        await Expect(page.Locator("#feed")).ToContainTextAsync("under a path");
    }

    [Fact]
    public async Task Two_installations_on_one_host_each_have_their_own_stream()
    {
        // The pages have one origin: the same proxy, which is here the front door itself.
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("TrustedProxies", "127.0.0.1"), MeetWebhooksApplication.WithLists]);
        var person = await Fixture.NewPersonAsync();
        var streams = new List<string>();
        person.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath is var path && path.EndsWith("/changes", StringComparison.Ordinal))
                streams.Add(path);
        };
        foreach (var pathBase in (string[])["/one", "/two"])
        {
            await person.RouteAsync($"**{pathBase}/**", route => route.ContinueAsync(new()
            {
                Url = route.Request.Url.Replace(pathBase, "", StringComparison.Ordinal),
                Headers = new Dictionary<string, string>(route.Request.Headers) { ["X-Forwarded-Prefix"] = pathBase },
            }));
            await PageFixture.OpenAsync(person, new Uri(application.FrontDoor.BaseAddress!, $"{pathBase}/"));
        }

        Assert.Equal(["/one/changes", "/two/changes"], streams);
    }
}
