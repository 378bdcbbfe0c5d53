using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>What the page says where what its contents come from is not there.</summary>
[Collection(nameof(PageFixture))]
public sealed class SourcesTests(PageFixture fixture) : PageTest(fixture)
{
    private static readonly DateTimeOffset Earlier = DateTimeOffset.Now.AddHours(-1);
    private static readonly DateTimeOffset Later = DateTimeOffset.Now.AddMinutes(-20);

    [Theory]
    [InlineData("redis", "EARLIER", "Not up to date since EARLIER: Redis does not answer.")]
    [InlineData("api", "EARLIER", "Not up to date since EARLIER: the Api does not answer.")]
    [InlineData(
        "meet", "EARLIER", "OpenVidu Meet has not answered since EARLIER; changes may be missing. The API key is wrong.")]
    // The page is as old as the oldest; the first one explains the others.
    [InlineData("redis LATER,api,meet", "EARLIER", "Not up to date since EARLIER: Redis does not answer.")]
    [InlineData("api LATER,meet", "EARLIER", "Not up to date since EARLIER: the Api does not answer.")]
    public async Task A_source_that_is_down_is_named_with_the_time_since_when(string down, string since, string sentence)
    {
        var person = await Fixture.NewPersonAsync();
        var sources = Reachable();
        foreach (var source in down.Split(','))
        {
            var name = source.Split(' ')[0];
            var last = source.EndsWith("LATER", StringComparison.Ordinal) ? Later : Earlier;
            sources[name] = new JsonObject { ["isReachable"] = false, ["since"] = last.ToUnixTimeMilliseconds() };
        }

        if (down == "meet")
            sources["meet"]!["reason"] = "The API key is wrong.";
        await ReportAsync(person, new JsonObject { ["sources"] = sources });
        await CreateElsewhereAsync($"Last known {down[0]}{down.Length}");

        var page = await GoAsync(person);

        await ExpectStateAsync(page, "stale");
        await Expect(page.Locator("#connection")).ToHaveTextAsync(WithTimes($"Not up to date since {since}"));
        await Expect(page.Locator("#stale .sentence")).ToHaveTextAsync(WithTimes(sentence));
        await Expect(Row(page, $"Last known {down[0]}{down.Length}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Webhooks_that_are_refused_are_said_below()
    {
        var person = await Fixture.NewPersonAsync();
        await ReportAsync(person, new JsonObject
        {
            ["sources"] = Reachable(),
            ["refusedWebhooks"] = new JsonObject { ["count"] = 3, ["last"] = 1, ["reason"] = "The signature is wrong." },
        });

        var page = await GoAsync(person);

        await Expect(page.Locator("#stale .note")).ToHaveTextAsync(
            "OpenVidu Meet’s webhooks are refused (3 since the last accepted one): The signature is wrong.");
        await Expect(page.Locator("#stale .sentence")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_clock_that_is_wrong_shows_its_own_time()
    {
        var person = await Fixture.NewPersonAsync();
        var sources = Reachable();
        sources["redis"] = new JsonObject
        {
            ["isReachable"] = false, ["since"] = Earlier.AddHours(-5).ToUnixTimeMilliseconds(),
        };
        await ReportAsync(person, new JsonObject
        {
            ["time"] = DateTimeOffset.Now.AddHours(-5).ToUnixTimeMilliseconds(), ["sources"] = sources,
        });

        var page = await GoAsync(person);

        await Expect(page.Locator("#connection")).ToHaveTextAsync(WithTimes("Not up to date since EARLIER"));
    }

    [Fact]
    public async Task That_the_Api_is_gone_is_said_once()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(settings: MeetWebhooksApplication.WithLists);
        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), application.FrontDoor.BaseAddress!);
        await page.EvaluateAsync(
            """
            () => {
              window.said = [];
              const box = document.getElementById('stale');
              new MutationObserver(() => window.said.push(box.innerText.trim()))
                .observe(box, { childList: true, subtree: true, characterData: true });
            }
            """);

        await application.StopApiAsync();

        await ExpectStateAsync(page, "stale");
        await Expect(page.Locator("#stale .sentence")).ToContainTextAsync("the Api does not answer.");
        // For some heartbeats more.
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 5000))");
        Assert.Single(await page.EvaluateAsync<string[]>("[...new Set(window.said)]"));
        await ExpectStateAsync(page, "stale");
    }

    private static JsonObject Reachable()
    {
        var sources = new JsonObject();
        foreach (var name in (string[])["redis", "api", "meet"])
            sources[name] = new JsonObject { ["isReachable"] = true, ["since"] = Earlier.ToUnixTimeMilliseconds() };
        return sources;
    }

    private static Regex WithTimes(string text) => new("^" + Regex.Escape(text)
        .Replace("EARLIER", TimeOf(Earlier), StringComparison.Ordinal)
        .Replace("LATER", TimeOf(Later), StringComparison.Ordinal) + "$");

    // With the date, where that is not today's.
    private static string TimeOf(DateTimeOffset time) =>
        $"(\\d.*, )?{time.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture)}";

    private static Task<IAsyncDisposable> ReportAsync(IBrowserContext person, JsonObject report) => person.RouteAsync(
        IsChanges, route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/event-stream",
            Body = "event: heartbeat\ndata: {}\n\nevent: heartbeat\ndata: "
                + report.ToJsonString(JsonSerializerOptions.Default) + "\n\n",
        }));
}
