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
public sealed class OutageTests(PageFixture fixture) : PageTest(fixture)
{
    // Twice the 10 seconds, and twice the 35, that are promised.
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(70);

    private static readonly TimeSpan Length = TimeSpan.Parse(
        Environment.GetEnvironmentVariable("OUTAGE_DURATION") ?? "00:00:15", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Webhooks_that_are_lost_leave_every_page_right_soon()
    {
        await using var system = await StartAsync();

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
        await using var system = await StartAsync();

        await system.Redis.ExecuteAsync("FLUSHALL");
        await system.ChangeForAsync(Length);

        await system.RecoveredAsync();
    }

    [Fact]
    public async Task Apis_that_are_killed_in_the_middle_of_a_reading_leave_every_page_right()
    {
        await using var system = await StartAsync();
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
        await using var system = await StartAsync();
        system.Meet.Illness = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await Task.WhenAll(system.Apis.Select(api => api.KillAsync()).Append(system.Redis.KillAsync()));

        var page = await (await Fixture.NewPersonAsync()).NewPageAsync();
        await page.GotoAsync(system.Webs[0].Client.BaseAddress!.ToString());

        await Expect(page.Locator("#rooms li[data-key=first] .badge")).ToHaveTextAsync("OPEN");
        await Expect(page.Locator("#connection")).ToHaveTextAsync(new Regex(@"^Not up to date since \d"));
        await Expect(page.Locator("#stale")).ToContainTextAsync("Redis does not answer");
    }

    /// <summary>Something goes, Meet goes on, and it comes back.</summary>
    private async Task OutageAsync(Func<Setup, Task> begin, Func<Setup, Task> end, string reason)
    {
        await using var system = await StartAsync();

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

    private async Task<Setup> StartAsync()
    {
        var person = await Fixture.NewPersonAsync();
        var system = await Setup.StartAsync();
        foreach (var web in system.Webs)
        {
            var page = await PageFixture.OpenAsync(person, web.Client.BaseAddress!);
            await page.EvaluateAsync("window.isSamePage = true");
            system.Pages.Add(page);
        }

        return system;
    }

    private sealed class Setup(ChangingMeet meet, RedisServer redis, Service[] apis, Service[] webs) : IAsyncDisposable
    {
        private int _changes;

        public ChangingMeet Meet => meet;

        public RedisServer Redis => redis;

        public Service[] Apis => apis;

        public Service[] Webs => webs;

        public List<IPage> Pages { get; } = [];

        public static async Task<Setup> StartAsync()
        {
            var redis = await RedisServer.StartAsync();
            var meet = await ChangingMeet.StartAsync("first", "second");
            var apis = new Service[2];
            for (var n = 0; n < 2; n++)
                apis[n] = await Service.StartApiAsync(redis.ConnectionString, ("Meet:ServerUrl", meet.Url));
            var webs = new Service[2];
            for (var n = 0; n < 2; n++)
            {
                webs[n] = await Service.StartWebAsync(
                    redis.ConnectionString, apis[0], ("services:api:http:1", apis[1].Client.BaseAddress!.ToString()));
                (await webs[n].Client.GetListAsync("rooms", Cancel)).Dispose();
            }

            return new Setup(meet, redis, apis, webs);
        }

        /// <summary>Rooms come, change and go for a while; no webhook tells of it.</summary>
        public async Task ChangeForAsync(TimeSpan length)
        {
            for (var left = length; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
            {
                _changes++;
                meet.Set($"new-{_changes}", "open");
                meet.Set("first", _changes % 2 == 0 ? "active_meeting" : "closed");
                if (_changes % 3 == 0)
                    meet.Rooms.TryRemove($"new-{_changes - 1}", out _);
                await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
            }
        }

        /// <summary>Waits until each page shows exactly what Meet has, and says that it is up to date, without a reload.</summary>
        public async Task RecoveredAsync()
        {
            var expected = string.Join(", ", meet.Rooms.Values.Select(room => JsonNode.Parse(room)!)
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

        public async ValueTask DisposeAsync()
        {
            foreach (var part in (ServerProcess[])[.. webs, .. apis, redis])
                await part.DisposeAsync();
            await meet.DisposeAsync();
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
