using System.Globalization;
using System.Text.Json.Nodes;
using MeetWebhooks.Tests.Api.Meet;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Faults;

/// <summary>
/// Redis, two Apis and two replicas in processes of their own, an OpenVidu Meet that tells only some of its changes, and
/// random faults. <c>STORM_SEED</c> in the environment sets the seed, <c>STORM_DURATION</c> for how long, such as
/// <c>00:10:00</c>.
/// </summary>
[Collection(nameof(AloneTests))]
public sealed class MirrorStormTests
{
    private static readonly TimeSpan LongestFault = TimeSpan.FromSeconds(6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_storm_every_replica_shows_what_Meet_has()
    {
        var seed = int.Parse(
            Environment.GetEnvironmentVariable("STORM_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
        var duration = TimeSpan.Parse(
            Environment.GetEnvironmentVariable("STORM_DURATION") ?? "00:00:20", CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine($"STORM_SEED={seed}");
        await using var storm = await Storm.StartAsync(new Random(seed));
        var start = TimeProvider.System.GetTimestamp();

        while (TimeProvider.System.GetElapsedTime(start) < duration)
            await storm.StrikeAsync();

        // Twice the 35 seconds that are promised.
        var limit = TimeSpan.FromSeconds(70);
        foreach (var page in storm.Pages)
        {
            await Eventually.TrueAsync(() => Storm.Describe(page.Rooms.Values) == storm.AtMeet, limit, Cancel);
            Assert.Null(page.Gap);
        }

        foreach (var web in storm.Webs)
            await Eventually.TrueAsync(async () => await Storm.ShownAsync(web) == storm.AtMeet, limit);
    }

    private sealed class Storm(Random random, ChangingMeet meet, RedisServer redis, Service[] apis, Service[] webs)
        : IAsyncDisposable
    {
        private static readonly string[] Statuses = ["open", "active_meeting", "closed"];

        private int _created;

        public IReadOnlyList<Service> Webs => webs;

        /// <summary>Pages that go from replica to replica as their connections break.</summary>
        public IReadOnlyList<PageModel> Pages { get; } =
        [
            .. Enumerable.Range(0, 6).Select(
                n => new PageModel([.. webs.Select(web => web.Client)], random.Next(), TestContext.Current.CancellationToken)),
        ];

        /// <summary>What Meet has, as <see cref="ShownAsync"/> writes it.</summary>
        public string AtMeet => Describe(meet.Rooms.Values.Select(room => JsonNode.Parse(room)!));

        public static async Task<Storm> StartAsync(Random random)
        {
            var redis = await RedisServer.StartAsync();
            var meet = await ChangingMeet.StartAsync("first");
            var apis = new Service[2];
            var webs = new Service[2];
            for (var n = 0; n < 2; n++)
            {
                apis[n] = await Service.StartApiAsync(redis.ConnectionString, ("Meet:ServerUrl", meet.Url));
                webs[n] = await Service.StartWebAsync(redis.ConnectionString, apis[n]);
                (await webs[n].Client.GetListAsync("rooms", Cancel)).Dispose();
            }

            return new Storm(random, meet, redis, apis, webs);
        }

        /// <summary>What a replica shows; null while it does not answer.</summary>
        public static async Task<string?> ShownAsync(Service web)
        {
            try
            {
                var answer = await web.Client.GetStringAsync("rooms", Cancel);
                return Describe(JsonNode.Parse(answer)!["rooms"]!.AsArray());
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }

        /// <summary>One fault, and what happens at Meet before, during and after it.</summary>
        public async Task StrikeAsync()
        {
            await ChangeAsync();
            Any([.. Pages]).Disconnect();
            var length = LongestFault * random.NextDouble();
            switch (random.Next(7))
            {
                case 0:
                    await WhileDownAsync(Any(apis), length);
                    break;
                case 1:
                    await WhileDownAsync(Any(webs), length);
                    break;
                case 2:
                    await WhilePausedAsync(Any<ServerProcess>([.. apis, .. webs, redis]), length);
                    break;
                case 3:
                    await redis.ExecuteAsync("FLUSHALL");
                    await ChangeAsync();
                    break;
                case 4:
                    await redis.KillAsync();
                    await DuringAsync(length);
                    await redis.RestartAsync(wiped: random.Next(2) == 0);
                    break;
                case 5:
                    meet.Illness = random.Next(2) == 0
                        ? static context => Task.Delay(Timeout.Infinite, context.RequestAborted)
                        : static context =>
                        {
                            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                            return Task.CompletedTask;
                        };
                    await DuringAsync(length);
                    meet.Illness = null;
                    break;
                default:
                    await DuringAsync(length);
                    break;
            }

            await ChangeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var page in Pages)
                await page.DisposeAsync();
            foreach (var part in (ServerProcess[])[.. webs, .. apis, redis])
                await part.DisposeAsync();
            await meet.DisposeAsync();
        }

        public static string Describe(IEnumerable<JsonNode?> rooms) => string.Join(
            ", ", rooms.Select(room => $"{room!["roomId"]} {room["status"]}").Order(StringComparer.Ordinal));

        private T Any<T>(T[] parts) => parts[random.Next(parts.Length)];

        private async Task WhileDownAsync(Service service, TimeSpan length)
        {
            await service.KillAsync();
            await DuringAsync(length);
            await service.RunAsync();
        }

        private async Task WhilePausedAsync(ServerProcess part, TimeSpan length)
        {
            part.Pause();
            try
            {
                await DuringAsync(length);
            }
            finally
            {
                part.Continue();
            }
        }

        private async Task DuringAsync(TimeSpan length)
        {
            await Task.Delay(length / 2, Cancel);
            await ChangeAsync();
            await Task.Delay(length / 2, Cancel);
        }

        /// <summary>Rooms come, go and change. Of half of it there is a webhook, which may be lost.</summary>
        private async Task ChangeAsync()
        {
            for (var n = random.Next(4); n >= 0; n--)
            {
                var isTold = random.Next(2) == 0;
                var ids = meet.Rooms.Keys.Order(StringComparer.Ordinal).ToArray();
                if (ids.Length < 3 || random.Next(4) == 0)
                {
                    meet.Set($"room-{++_created}", Any(Statuses));
                }
                else if (random.Next(4) == 0)
                {
                    var id = Any(ids);
                    meet.Rooms.TryRemove(id, out _);
                    if (isTold)
                        await TellAsync("roomDeleted", $$"""{"roomId":"{{id}}"}""");
                }
                else
                {
                    var id = Any(ids);
                    var isActive = random.Next(2) == 0;
                    meet.Set(id, isActive ? "active_meeting" : "open");
                    if (isTold)
                        await TellAsync(isActive ? "meetingStarted" : "meetingEnded", meet.Rooms[id]);
                }
            }
        }

        private async Task TellAsync(string name, string data)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                (await Delivery.Event(name, data).PostAsync(Any(webs).Client, limit.Token)).Dispose();
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // It is lost, and Meet does not repeat it.
            }
        }
    }
}
