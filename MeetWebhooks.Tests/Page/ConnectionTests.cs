using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>Connections that break, stall or sleep: the page notices, says so, and comes back by itself.</summary>
[Collection(nameof(PageFixture))]
public sealed class ConnectionTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task A_connection_that_dies_without_a_word_is_noticed_and_made_up_for()
    {
        await using var wire = new Wire(Fixture.Application.FrontDoor.BaseAddress!.Port);
        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), new Uri($"http://127.0.0.1:{wire.Port}/"));
        await CreateAsync(page, "Before it died");

        wire.HoldAnswers();
        await CreateElsewhereAsync("While it was dead");
        await ExpectStateAsync(page, "reconnecting");
        await ExpectStateAsync(page, "stale");
        await Expect(page.Locator("#stale")).ToContainTextAsync("the server does not answer.");
        await Expect(Row(page, "Before it died")).ToBeVisibleAsync();
        await PageFixture.KeepPictureAsync(page, "stale-light");

        wire.PassAnswers();
        await ExpectStateAsync(page, "current");
        await Expect(page.Locator("#stale .problem")).ToBeHiddenAsync();
        await Expect(Row(page, "While it was dead")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_whose_replica_stops_goes_on_at_another_without_reading_anew()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: MeetWebhooksApplication.WithLists);
        await using var wire = new Wire(application.FrontDoor.BaseAddress!.Port);
        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), new Uri($"http://127.0.0.1:{wire.Port}/"));
        var readings = 0;
        page.Request += (_, request) => readings += IsNow(request.Url) ? 1 : 0;

        wire.ServerPort = application.FrontDoors[1].BaseAddress!.Port;
        await application.StopReplicaAsync(0);
        using var delivered = await Delivery.Event("testEvent", """{"message":"meanwhile"}""")
            .PostAsync(application.FrontDoors[1], Cancel);

        await Expect(page.Locator("#feed")).ToContainTextAsync("meanwhile");
        await ExpectStateAsync(page, "current");
        Assert.Equal(0, readings);
    }

    [Fact]
    public async Task A_page_whose_connection_breaks_says_so_and_catches_up()
    {
        var server = Fixture.Application.FrontDoor.BaseAddress!.Port;
        await using var wire = new Wire(server);
        var page = await PageFixture.OpenAsync(await Fixture.NewPersonAsync(), new Uri($"http://127.0.0.1:{wire.Port}/"));
        await CreateAsync(page, "Cut off");

        wire.ServerPort = ServerProcess.FreePort();
        wire.CutConnections();
        await ExpectStateAsync(page, "reconnecting");
        await SimulateAsync(HttpMethod.Post, "Cut off/meeting");
        wire.ServerPort = server;

        await ExpectStateAsync(page, "current");
        await Expect(Badge(page, "Cut off")).ToHaveTextAsync("ACTIVE");
        await SimulateAsync(HttpMethod.Delete, "Cut off/meeting");
    }

    [Fact]
    public async Task A_stream_that_is_refused_is_tried_again_until_it_is_given()
    {
        var person = await Fixture.NewPersonAsync();
        var refusals = new Queue<int>([503, 429]);
        await person.RouteAsync(IsChanges, route => refusals.TryDequeue(out var status)
            ? route.FulfillAsync(new RouteFulfillOptions { Status = status })
            : route.ContinueAsync());

        var page = await Fixture.OpenAsync(person, "/");
        await CreateElsewhereAsync("At last");

        await Expect(Row(page, "At last")).ToBeVisibleAsync();
        Assert.Empty(refusals);
    }

    [Fact]
    public async Task What_cannot_be_read_at_first_is_read_later_and_nothing_is_lost()
    {
        var person = await Fixture.NewPersonAsync();
        var isFailing = true;
        await person.RouteAsync(IsNow, route => isFailing
            ? AnswerAsync(route, 503, """{"message":"Nothing is known yet."}""")
            : route.ContinueAsync());
        var page = await GoAsync(person);
        await Expect(page.Locator("#rooms-problem")).ToContainTextAsync("Nothing is known yet.");

        await CreateElsewhereAsync("Created meanwhile");
        isFailing = false;

        await ExpectStateAsync(page, "current");
        await Expect(Row(page, "Created meanwhile")).ToBeVisibleAsync();
        await Expect(page.Locator("#rooms-problem")).ToBeHiddenAsync();
        await CreateElsewhereAsync("Created afterwards");
        await Expect(Row(page, "Created afterwards")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_reading_that_fails_later_takes_nothing_off_the_list()
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/recordings");
        await RecordAsync(await CreateOnAnotherPageAsync(person, "Stays listed"));
        await person.RouteAsync(IsNow, route => AnswerAsync(route, 503, """{"message":"Not now."}"""));

        await page.ClickAsync("#recordings-filter button");

        await ExpectStateAsync(page, "stale");
        await Expect(page.Locator("#stale")).ToContainTextAsync("Not now.");
        await page.RunAndWaitForRequestAsync(() => page.GetByText("Try now").ClickAsync(), request => IsNow(request.Url));
        await Expect(page.Locator("#recordings")).ToContainTextAsync("Stays listed");
        await Expect(page.Locator("#recordings-problem")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_page_whose_clock_jumps_as_after_sleep_is_right_within_seconds(int hours)
    {
        var person = await Fixture.NewPersonAsync();
        await TabState.AddTo(person);
        var requests = Requests.Of(person);
        var page = await Fixture.OpenAsync(person, "/");
        Assert.Equal((1, 1), (requests.Readings, requests.Streams));

        await TabState.MoveClockAsync(page, TimeSpan.FromHours(hours));
        await Eventually.TrueAsync(() => requests.Streams == 2);

        await CreateElsewhereAsync($"After the jump {hours}");
        await Expect(Row(page, $"After the jump {hours}")).ToBeVisibleAsync();
        await ExpectStateAsync(page, "current");
        Assert.Equal(1, requests.Readings);
    }

    [Fact]
    public async Task A_hidden_tab_gives_its_stream_back_and_catches_up_when_it_is_looked_at()
    {
        var person = await Fixture.NewPersonAsync();
        await TabState.AddTo(person);
        var requests = Requests.Of(person);
        var page = await Fixture.OpenAsync(person, "/");

        // A quick switch costs nothing.
        await TabState.HideAsync(page, true);
        await TabState.HideAsync(page, false);
        Assert.Equal((1, 0), (requests.Streams, requests.Ended));

        await TabState.HideAsync(page, true);
        await TabState.MoveClockAsync(page, TimeSpan.FromSeconds(31));
        await Eventually.TrueAsync(() => requests.Ended == 1);
        await CreateElsewhereAsync("While nobody looked");
        await DeliverAsync("testEvent", new() { ["message"] = "and this" });

        await TabState.HideAsync(page, false);
        await Expect(Row(page, "While nobody looked")).ToBeVisibleAsync();
        await Expect(page.Locator("#feed")).ToContainTextAsync("and this");
        await ExpectStateAsync(page, "current");
        Assert.Equal((1, 2), (requests.Readings, requests.Streams));
    }

    [Fact]
    public async Task A_frozen_tab_catches_up_and_the_one_beside_it_is_never_behind()
    {
        var person = await Fixture.NewPersonAsync();
        var frozen = await Fixture.OpenAsync(person, "/");
        var beside = await Fixture.OpenAsync(person, "/");
        await TabState.RecordAsync(beside);
        var tools = await person.NewCDPSessionAsync(frozen);
        await tools.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });

        await CreateElsewhereAsync("Beside a frozen tab");
        await Expect(Row(beside, "Beside a frozen tab")).ToBeVisibleAsync();
        await tools.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });
        await frozen.BringToFrontAsync();

        await Expect(Row(frozen, "Beside a frozen tab")).ToBeVisibleAsync();
        await ExpectStateAsync(frozen, "current");
        Assert.Empty(await TabState.RecordedAsync(beside));
    }

    [Fact]
    public async Task A_throttled_tab_stays_right()
    {
        var person = await Fixture.NewPersonAsync();
        var page = await Fixture.OpenAsync(person, "/");
        var tools = await person.NewCDPSessionAsync(page);
        await tools.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 20 });

        await CreateElsewhereAsync("Under a throttle");

        await Expect(Row(page, "Under a throttle")).ToBeVisibleAsync();
        await ExpectStateAsync(page, "current");
    }

    [Fact]
    public async Task A_tab_that_was_discarded_or_comes_back_from_the_history_is_right()
    {
        var page = await Fixture.OpenAsync("/");
        await CreateElsewhereAsync("Before the discarding");
        await page.ReloadAsync();
        await Expect(Row(page, "Before the discarding")).ToBeVisibleAsync();
        await ExpectStateAsync(page, "current");

        await page.GotoAsync("about:blank");
        await CreateElsewhereAsync("While another page was there");
        await page.GoBackAsync();

        await Expect(Row(page, "While another page was there")).ToBeVisibleAsync();
        await ExpectStateAsync(page, "current");
    }

    private async Task<string> CreateOnAnotherPageAsync(IBrowserContext person, string name) =>
        await CreateAsync(await Fixture.OpenAsync(person, "/"), name);

    /// <summary>What a browser has asked the server for.</summary>
    private sealed class Requests
    {
        public int Readings { get; private set; }

        public int Streams { get; private set; }

        /// <summary>How many of the streams are closed.</summary>
        public int Ended { get; private set; }

        public static Requests Of(IBrowserContext person)
        {
            var requests = new Requests();
            person.Request += (_, request) =>
            {
                requests.Readings += IsNow(request.Url) ? 1 : 0;
                requests.Streams += IsChanges(request.Url) ? 1 : 0;
            };
            person.RequestFailed += (_, request) => requests.Ended += IsChanges(request.Url) ? 1 : 0;
            person.RequestFinished += (_, request) => requests.Ended += IsChanges(request.Url) ? 1 : 0;
            return requests;
        }
    }
}
