using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>The page by keyboard and by ear, light and dark, on any screen.</summary>
[Collection(nameof(PageFixture))]
public sealed class ForEveryoneTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task Only_the_row_that_changed_is_touched_so_that_the_focus_stays()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Focused room");
        await CreateAsync(page, "Busy room");
        await Row(page, "Focused room").Locator("[data-role=delete]").FocusAsync();
        await Row(page, "Focused room").EvaluateAsync("row => row.dataset.mark = 'same'");

        await SimulateAsync(HttpMethod.Post, "Busy room/meeting");
        await Expect(Badge(page, "Busy room")).ToHaveTextAsync("ACTIVE");

        Assert.Equal("same", await Row(page, "Focused room").GetAttributeAsync("data-mark"));
        Assert.Equal("Delete Focused room", await FocusAsync(page));
        await SimulateAsync(HttpMethod.Delete, "Busy room/meeting");
    }

    [Fact]
    public async Task The_focus_stays_when_a_row_before_it_goes()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Focus stays here");
        var earlier = await CreateAsync(page, "This one goes");
        await Row(page, "Focus stays here").Locator("[data-role=delete]").FocusAsync();

        using var answer = await Fixture.Application.Api.DeleteAsync($"rooms/{earlier}", Cancel);

        await Expect(Row(page, "This one goes")).ToHaveCountAsync(0);
        Assert.Equal("Delete Focus stays here", await FocusAsync(page));
    }

    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/", ColorScheme.Dark)]
    [InlineData("/recordings", ColorScheme.Light)]
    [InlineData("/recordings", ColorScheme.Dark)]
    [InlineData("/rooms/no-such-room", ColorScheme.Light)]
    [InlineData("/rooms/no-such-room", ColorScheme.Dark)]
    public async Task No_view_has_a_barrier_that_axe_finds(string address, ColorScheme scheme)
    {
        var page = await Fixture.OpenAsync(address, scheme: scheme);
        if (address == "/")
            await CreateAsync(page, $"Axe {scheme}");

        await AssertNoBarrierAsync(page);
    }

    [Theory]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, false)]
    [InlineData(ColorScheme.Light, true)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task Its_views_fit_the_screen(ColorScheme scheme, bool isPhone)
    {
        var page = await Fixture.OpenAsync("/", scheme: scheme, isPhone: isPhone);
        await CreateAsync(page, "A room with quite a long name as they come");
        foreach (var address in (string[])["/", "/recordings"])
        {
            await page.GotoAsync(new Uri(new Uri(page.Url), address).ToString());
            await ExpectStateAsync(page, "current");

            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
            var name = address == "/" ? "rooms" : "recordings";
            await PageFixture.KeepPictureAsync(page, $"{name}-{scheme}-{(isPhone ? "phone" : "wide")}".ToLowerInvariant());
        }
    }

    [Fact]
    public async Task With_a_keyboard_alone_the_focus_is_never_lost()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Keyboard below");
        await page.FillAsync("#room-name", "Keyboard above");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "Keyboard above")).ToBeVisibleAsync();
        await Expect(page.Locator("#room-name")).ToBeFocusedAsync();

        await Row(page, "Keyboard above").Locator("[data-role=delete]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#confirm")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal("Delete Keyboard above", await FocusAsync(page));

        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#confirm-yes").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "Keyboard above")).ToHaveCountAsync(0);
        await Expect(Row(page, "Keyboard below").Locator("[data-role=moderator]")).ToBeFocusedAsync();

        await page.FocusAsync("[data-nav=recordings]");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#recordings-title")).ToBeFocusedAsync();
        await Expect(page).ToHaveTitleAsync("Recordings · MeetWebhooks");
        await page.GoBackAsync();
        await Expect(page.Locator("#rooms-title")).ToBeFocusedAsync();
        await Expect(page).ToHaveTitleAsync("Rooms · MeetWebhooks");
    }

    [Fact]
    public async Task A_dialog_that_is_closed_and_opened_again_at_once_still_takes_an_answer()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Asked twice");
        await Row(page, "Asked twice").Locator("[data-role=delete]").EvaluateAsync(
            "button => { button.click(); document.getElementById('confirm').close(); button.click(); }");

        await page.ClickAsync("#confirm-yes");

        await Expect(Row(page, "Asked twice")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_focus_goes_to_the_row_in_its_place_when_another_person_deletes_the_one_that_has_it()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Takes the focus");
        var gone = await CreateAsync(page, "Has the focus");
        await Row(page, "Has the focus").Locator("[data-role=delete]").FocusAsync();

        using var answer = await Fixture.Application.Api.DeleteAsync($"rooms/{gone}", Cancel);

        await Expect(Row(page, "Takes the focus").Locator("[data-role=moderator]")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_a_person_does_is_said_once_although_its_event_comes_as_well()
    {
        var page = await Fixture.OpenAsync("/");
        await page.EvaluateAsync(
            """
            () => {
              window.said = [];
              const announcer = document.getElementById('announcer');
              new MutationObserver(() => window.said.push(announcer.textContent)).observe(announcer, { childList: true });
            }
            """);

        await CreateAsync(page, "Said once");
        await Expect(page.Locator("#toast")).ToHaveTextAsync("“Said once” was created");
        await Expect(page.Locator("#feed")).ToContainTextAsync("“Said once” was created");
        await Row(page, "Said once").Locator("[data-role=delete]").ClickAsync();
        await page.ClickAsync("#confirm-yes");
        await Expect(page.Locator("#toast")).ToHaveTextAsync("“Said once” was deleted");
        await Expect(page.Locator("#feed")).ToContainTextAsync("“Said once” was deleted");

        var said = await page.EvaluateAsync<string[]>("window.said");
        Assert.Single(said, "“Said once” was created");
        Assert.Single(said, "“Said once” was deleted");
    }

    [Fact]
    public async Task A_problem_that_lasts_is_said_once_and_keeps_the_focus_on_its_button()
    {
        var person = await Fixture.NewPersonAsync();
        var asked = 0;
        await person.RouteAsync(IsNow, route =>
        {
            asked++;
            return AnswerAsync(route, 502, """{"message":"Meet is away"}""");
        });
        var page = await GoAsync(person);
        var problem = page.Locator("#rooms-problem");
        await Expect(problem).ToContainTextAsync("Meet is away");
        await problem.Locator("p").EvaluateAsync("sentence => { window.same = sentence; }");

        await problem.GetByText("Try again").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var before = asked;
        await Eventually.TrueAsync(() => asked > before);
        await Expect(problem.GetByText("Try again")).ToBeFocusedAsync();

        Assert.True(await page.EvaluateAsync<bool>("window.same.isConnected"));
    }

    [Fact]
    public async Task Nothing_moves_for_who_wants_no_motion()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateAsync(page, "Pulsing room");
        await SimulateAsync(HttpMethod.Post, "Pulsing room/meeting");
        await Expect(Badge(page, "Pulsing room")).ToHaveTextAsync("ACTIVE");
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<int>("document.getAnimations().length") > 0);

        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });

        await Eventually.TrueAsync(async () => await page.EvaluateAsync<int>("document.getAnimations().length") == 0);
        await SimulateAsync(HttpMethod.Delete, "Pulsing room/meeting");
    }

    [Theory]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, false)]
    [InlineData(ColorScheme.Light, true)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task No_dialog_meeting_or_problem_has_a_barrier_that_axe_finds(ColorScheme scheme, bool isPhone)
    {
        var person = await Fixture.NewPersonAsync(scheme, isPhone);
        await person.RouteAsync("**/openvidu-meet.js", route => route.AbortAsync());
        var page = await Fixture.OpenAsync(person, "/");
        var name = $"Axe in {scheme} {isPhone}";
        await CreateAsync(page, name);
        await SimulateAsync(HttpMethod.Post, $"{name}/meeting");
        await Expect(Badge(page, name)).ToHaveTextAsync("ACTIVE");

        await page.ClickAsync("#create button");
        await Expect(page.Locator("#create-error")).ToBeVisibleAsync();
        await AssertNoBarrierAsync(page);

        await Row(page, name).Locator("[data-role=delete]").ClickAsync();
        await Expect(page.Locator("#confirm-choices")).ToContainTextAsync("Let it finish");
        await AssertNoBarrierAsync(page);
        await page.Keyboard.PressAsync("Escape");

        await Row(page, name).GetByText("Join as speaker").ClickAsync();
        await Expect(page.Locator("#meeting-problem")).ToBeVisibleAsync();
        await AssertNoBarrierAsync(page);

        await person.UnrouteAsync("**/openvidu-meet.js");
        await page.GetByText("Try again").ClickAsync();
        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync();
        await AssertNoBarrierAsync(page);
        await SimulateAsync(HttpMethod.Delete, $"{name}/meeting");
    }

    private static async Task AssertNoBarrierAsync(IPage page)
    {
        // What fades in has its colours only then.
        await page.EvaluateAsync(
            "() => Promise.all(document.getAnimations().filter(one => one.effect.getTiming().iterations === 1).map(one => one.finished))");
        // What OpenVidu Meet shows is not this page's.
        var result = await page.RunAxe(new AxeRunContext { Exclude = [new AxeSelector("#stage")] });
        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
    }
}
