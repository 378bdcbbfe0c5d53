using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>A login in front of the page, and answers that are none.</summary>
[Collection(nameof(PageFixture))]
public sealed class SessionTests(PageFixture fixture) : PageTest(fixture)
{
    private const string NotUnderstood = "This page does not understand the server’s answer. Load the page again.";
    private const string Ended = "Your session has ended. Sign in again.";

    [Theory]
    [InlineData("redirect")]
    [InlineData("refusal")]
    [InlineData("login page")]
    public async Task A_session_that_has_ended_is_said_and_leads_to_the_login(string how)
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/");
        await CreateAsync(page, $"Kept after {how}");
        await person.RouteAsync(IsForUsers, route => AskForLoginAsync(route, how));

        await page.FillAsync("#room-name", "Never created");
        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToHaveTextAsync(Ended);
        await ExpectStateAsync(page, "signed-out");
        await Expect(page.Locator("#stale .sentence")).ToHaveTextAsync(Ended);
        await Expect(Row(page, $"Kept after {how}")).ToBeVisibleAsync();

        // The login is where the page is loaded from.
        await person.UnrouteAsync(IsForUsers);
        await page.RunAndWaitForRequestAsync(
            () => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in again" }).ClickAsync(),
            request => request.IsNavigationRequest);
        await ExpectStateAsync(page, "current");
    }

    [Fact]
    public async Task Who_is_signed_out_is_rarely_asked_for_again_and_comes_back_by_itself()
    {
        var person = await Fixture.NewPersonAsync();
        await TabState.AddTo(person);
        var readings = 0;
        var isSignedIn = false;
        await person.RouteAsync(IsNow, route =>
        {
            readings++;
            return isSignedIn ? route.ContinueAsync() : AskForLoginAsync(route, "redirect");
        });
        var page = await GoAsync(person);
        await ExpectStateAsync(page, "signed-out");
        await Expect(page.Locator("#rooms-problem")).ToBeHiddenAsync();

        // Other failures would have been tried again by now.
        await TabState.MoveClockAsync(page, TimeSpan.FromSeconds(20));
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 3000))");
        Assert.Equal(1, readings);

        isSignedIn = true;
        await TabState.MoveClockAsync(page, TimeSpan.FromSeconds(20));
        await ExpectStateAsync(page, "current");
        await Expect(page.Locator("#stale .problem")).ToBeHiddenAsync();
        Assert.Equal(2, readings);
    }

    [Theory]
    [InlineData(502, "text/html", "<h1>Bad gateway</h1>", "The server answered with status 502.")]
    [InlineData(429, "text/html", "<h1>Too many</h1>", "The server answered with status 429.")]
    [InlineData(200, "application/json", "{}", NotUnderstood)]
    [InlineData(200, "application/json", "null", NotUnderstood)]
    [InlineData(200, "text/plain", "created", NotUnderstood)]
    public async Task An_answer_that_is_none_is_an_error_with_a_sentence(
        int status, string type, string body, string sentence)
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/");
        await person.RouteAsync(url => new Uri(url).AbsolutePath == "/rooms", route => route.FulfillAsync(
            new RouteFulfillOptions { Status = status, ContentType = type, Body = body }));

        await page.FillAsync("#room-name", "Answered oddly");
        await page.ClickAsync("#create button");

        await Expect(page.Locator("#create-error")).ToHaveTextAsync(sentence);
        await Expect(page.Locator("#room-name")).ToHaveValueAsync("Answered oddly");
        await ExpectStateAsync(page, "current");
    }

    [Fact]
    public async Task A_control_is_busy_until_the_answer_is_there_and_takes_no_second_click()
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/recordings");
        var mayAnswer = new TaskCompletionSource();
        var readings = 0;
        await person.RouteAsync(IsNow, async route =>
        {
            readings++;
            await mayAnswer.Task;
            await route.ContinueAsync();
        });
        var button = page.Locator("#recordings-filter button");

        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-busy", "true");
        await button.ClickAsync();
        mayAnswer.SetResult();

        await Expect(button).Not.ToHaveAttributeAsync("aria-busy", new Regex("."));
        Assert.Equal(1, readings);
    }

    private static bool IsForUsers(string url) => new Uri(url).AbsolutePath is "/now" or "/rooms";

    private static Task AskForLoginAsync(IRoute route, string how) => route.FulfillAsync(how switch
    {
        "redirect" => new RouteFulfillOptions
        {
            Status = 302,
            Headers = new Dictionary<string, string> { ["Location"] = "https://login.example/" },
        },
        "refusal" => new RouteFulfillOptions { Status = 401 },
        _ => new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = "<form>Password</form>" },
    });
}
