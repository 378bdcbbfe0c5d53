using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeetWebhooks.Tests.Api.Meet;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace MeetWebhooks.Tests.Page;

/// <summary>
/// Redis, two Apis and two replicas in processes of their own, an OpenVidu Meet that goes on meanwhile, and a page at each
/// replica. <c>OUTAGE_DURATION</c> in the environment sets how long an outage lasts, such as <c>00:01:00</c>.
/// </summary>
[Collection(nameof(PageFixture))]
public sealed class OutageTests(PageFixture fixture, OutageTests.Installation installation)
    : PageTest(fixture), IClassFixture<OutageTests.Installation>
{
    // Twice the 10 seconds, and twice the 35, that are promised.
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(70);

    private static readonly TimeSpan Length = TimeSpan.Parse(
        Environment.GetEnvironmentVariable("OUTAGE_DURATION") ?? "00:00:15", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Webhooks_that_are_lost_leave_every_page_right_soon()
    {
        var system = await StartAsync();

        await system.ChangeForAsync(Length);

        await system.RecoveredAsync();
    }

    [Fact]
    public Task While_the_Apis_are_away_pages_say_so_and_are_right_afterwards() => OutageAsync(
        system => Task.WhenAll(system.Apis.Select(api => api.KillAsync())),
        system => Task.WhenAll(system.Apis.Select(api => api.RunAsync())),
        "the Api does not answer");

    [Fact]
    public Task While_the_replicas_are_away_pages_say_so_and_are_right_afterwards() => OutageAsync(
        system => Task.WhenAll(system.Webs.Select(web => web.KillAsync())),
        system => Task.WhenAll(system.Webs.Select(web => web.RunAsync())),
        "the server does not answer");

    [Fact]
    public Task While_Redis_is_away_pages_say_so_and_are_right_afterwards() => OutageAsync(
        system => system.Redis.KillAsync(), system => system.Redis.RestartAsync(), "Redis does not answer");

    [Fact]
    public Task While_Meet_is_away_pages_say_so_and_are_right_afterwards() => OutageAsync(
        system =>
        {
            system.Meet.Illness = context =>
            {
                context.Abort();
                return Task.CompletedTask;
            };
            return Task.CompletedTask;
        },
        system =>
        {
            system.Meet.Rooms.Clear();
            system.Meet.Set("another", "open");
            system.Meet.Illness = null;
            return Task.CompletedTask;
        },
        "OpenVidu Meet has not answered since");

    [Fact]
    public async Task After_Redis_was_wiped_every_page_is_right_soon()
    {
        var system = await StartAsync();

        await system.Redis.ExecuteAsync("FLUSHALL");
        await system.ChangeForAsync(Length);

        await system.RecoveredAsync();
    }

    [Fact]
    public async Task Apis_that_are_killed_in_the_middle_of_a_reading_leave_every_page_right()
    {
        var system = await StartAsync();
        var isReading = new TaskCompletionSource();
        system.Meet.Illness = context =>
        {
            isReading.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await isReading.Task.WaitAsync(Eventually.Limit, Cancel);

        await Task.WhenAll(system.Apis.Select(api => api.KillAsync()));
        system.Meet.Illness = null;
        await system.ChangeForAsync(Length);
        await Task.WhenAll(system.Apis.Select(api => api.RunAsync()));

        await system.RecoveredAsync();
    }

    [Fact]
    public async Task With_Meet_Apis_and_Redis_down_a_page_that_is_loaded_shows_what_was_known_last_and_since_when()
    {
        var system = await StartAsync();
        system.Meet.Set("known", "open");
        await system.RecoveredAsync();
        system.Meet.Illness = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await Task.WhenAll(system.Apis.Select(api => api.KillAsync()).Append(system.Redis.KillAsync()));

        var page = await (await Fixture.NewPersonAsync()).NewPageAsync();
        await page.GotoAsync(system.Webs[0].Client.BaseAddress!.ToString());

        await Expect(page.Locator("#rooms li[data-key=known] .badge")).ToHaveTextAsync("OPEN");
        await Expect(page.Locator("#connection")).ToHaveTextAsync(new Regex(@"^Not up to date since \d"));
        await Expect(page.Locator("#stale")).ToContainTextAsync("Redis does not answer");

        system.Meet.Illness = null;
        await system.Redis.RestartAsync();
        await Task.WhenAll(system.Apis.Select(api => api.RunAsync()));
        await system.RecoveredAsync();
    }

    /// <summary>Something goes, Meet goes on, and it comes back.</summary>
    private async Task OutageAsync(Func<Installation, Task> begin, Func<Installation, Task> end, string reason)
    {
        var system = await StartAsync();

        await begin(system);
        var changing = system.ChangeForAsync(Length);
        foreach (var page in system.Pages)
        {
            await Expect(page.Locator("#connection")).Not.ToHaveAttributeAsync(
                "data-state", "current", new() { Timeout = (float)NoticeLimit.TotalMilliseconds });
            await Expect(page.Locator("#stale")).ToContainTextAsync(
                reason, new() { Timeout = (float)NoticeLimit.TotalMilliseconds });
        }

        await changing;
        await end(system);

        await system.RecoveredAsync();
    }

    private async Task<Installation> StartAsync()
    {
        var person = await Fixture.NewPersonAsync();
        await installation.StartAsync();
        foreach (var web in installation.Webs)
        {
            var page = await PageFixture.OpenAsync(person, web.Client.BaseAddress!);
            await page.EvaluateAsync("window.isSamePage = true");
            installation.Pages.Add(page);
        }

        return installation;
    }

    /// <summary>What the tests have in common; each leaves it as it should be.</summary>
    public sealed class Installation : IAsyncDisposable
    {
        private readonly List<ServerProcess> _started = [];
        private ChangingMeet? _meet;
        private int _changes;

        internal ChangingMeet Meet => _meet!;

        internal RedisServer Redis { get; private set; } = null!;

        internal Service[] Apis { get; private set; } = [];

        internal Service[] Webs { get; private set; } = [];

        internal List<IPage> Pages { get; } = [];

        /// <summary>Starts it for the first test. The pages of the test before are closed.</summary>
        public async Task StartAsync()
        {
            Pages.Clear();
            if (_meet is not null)
                return;
            Redis = await RedisServer.StartAsync();
            _started.Add(Redis);
            _meet = await ChangingMeet.StartAsync("first", "second");
            Apis = await Task.WhenAll(
                Enumerable.Range(0, 2).Select(_ => Service.StartApiAsync(Redis.ConnectionString, ("Meet:ServerUrl", Meet.Url))));
            _started.AddRange(Apis);
            Webs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Service.StartWebAsync(
                Redis.ConnectionString, Apis[0], ("services:api:http:1", Apis[1].Client.BaseAddress!.ToString()))));
            _started.AddRange(Webs);
            foreach (var web in Webs)
                (await web.Client.GetListAsync("rooms", Cancel)).Dispose();
        }

        /// <summary>Rooms come, change and go for a while; no webhook tells of it.</summary>
        public async Task ChangeForAsync(TimeSpan length)
        {
            for (var left = length; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
            {
                _changes++;
                Meet.Set($"new-{_changes}", "open");
                Meet.Set("first", _changes % 2 == 0 ? "active_meeting" : "closed");
                if (_changes % 3 == 0)
                    Meet.Rooms.TryRemove($"new-{_changes - 1}", out _);
                await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
            }
        }

        /// <summary>Waits until each page shows exactly what Meet has, and says that it is up to date, without a reload.</summary>
        public async Task RecoveredAsync()
        {
            var expected = string.Join(", ", Meet.Rooms.Values.Select(room => JsonNode.Parse(room)!)
                .Select(room => $"{room["roomId"]} {StatusOf((string)room["status"]!)}").Order(StringComparer.Ordinal));
            foreach (var page in Pages)
            {
                await Eventually.TrueAsync(
                    async () => await ShownAsync(page) == expected
                        && await page.Locator("#connection").GetAttributeAsync("data-state") == "current",
                    RecoveryLimit,
                    Cancel);
                Assert.True(await page.EvaluateAsync<bool>("window.isSamePage"));
            }
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            foreach (var part in _started)
                await part.DisposeAsync();
            if (_meet is not null)
                await _meet.DisposeAsync();
        }

        private static async Task<string> ShownAsync(IPage page)
        {
            var rows = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('#rooms li')].map(row => row.dataset.key + ' ' + row.querySelector('.badge').textContent)");
            return string.Join(", ", rows.Order(StringComparer.Ordinal));
        }

        private static string StatusOf(string status) => status == "active_meeting" ? "ACTIVE" : status.ToUpperInvariant();
    }
}
