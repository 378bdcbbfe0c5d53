using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Web.Lists;

public sealed class ListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_that_Meet_never_told_shows_on_every_replica_soon_after_asking()
    {
        await using var meet = await ChangingMeet.StartAsync("kept", "deleted", "changed");
        await using var application = await StartAsync(meet);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoors[1]);

        meet.Set("new", "open");
        meet.Set("changed", "active_meeting");
        meet.Rooms.TryRemove("deleted", out _);

        foreach (var frontDoor in application.FrontDoors)
        {
            // Twice the 3 seconds that are promised.
            await Eventually.TrueAsync(
                async () => await StatusesAsync(frontDoor) == "changed active_meeting, kept open, new open",
                TimeSpan.FromSeconds(6));
        }

        var heard = await browser.NextAsync(3);
        Assert.Equal(
            ["roomCreated", "roomDeleted", "roomUpdated"],
            heard.Select(one => (string)JsonNode.Parse(one.Data)!["event"]!).Order());
        Assert.All(heard, one => Assert.Equal("reconciliation", (string)JsonNode.Parse(one.Data)!["source"]!));
    }

    [Fact]
    public async Task A_change_that_Meet_never_told_is_heard_although_nobody_asks()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoors[1]);

        meet.Set("kept", "closed");

        await Eventually.TrueAsync(() => browser.Waiting > 0, TimeSpan.FromSeconds(70), Cancel);
        Assert.Contains("closed", (await browser.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_Meet_never_told_shows_while_webhooks_keep_coming()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var accepted = 0;
        var flood = Task.WhenAll(Enumerable.Range(0, 8).Select(async sender =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await application.DeliverAsync(Delivery.Event("testEvent", $$"""{"sender":{{sender}},"n":{{n}}}"""));
                Interlocked.Increment(ref accepted);
            }
        }));
        await Eventually.TrueAsync(() => accepted > 100);

        meet.Set("kept", "closed");

        await Eventually.TrueAsync(async () => await StatusesAsync(application.FrontDoor) == "kept closed", TimeSpan.FromSeconds(70));
        await stop.CancelAsync();
        await flood;
    }

    [Fact]
    public async Task Three_hundred_requests_at_once_lead_to_two_readings_at_most()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        var before = meet.Lists;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 300).Select(n => application.FrontDoors[n % 2].GetAsync("rooms", Cancel)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.InRange(meet.Lists - before, 0, 2);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("fails")]
    [InlineData("says that it has nothing")]
    [InlineData("is another server")]
    public async Task A_sick_Meet_removes_nothing_and_holds_up_nobody(string illness)
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);
        var asked = 0;
        meet.Illness = context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = illness == "fails" ? 500 : 200;
            return illness switch
            {
                "hangs" => Task.Delay(Timeout.Infinite, context.RequestAborted),
                "says that it has nothing" when context.Request.Path.Value!.EndsWith('s') => Microsoft.AspNetCore.Http
                    .HttpResponseWritingExtensions.WriteAsync(
                        context.Response, """{"rooms":[],"recordings":[],"pagination":{}}""", context.RequestAborted),
                "says that it has nothing" => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                    context.Response, meet.Rooms["kept"], context.RequestAborted),
                _ => Task.CompletedTask,
            };
        };

        await Eventually.TrueAsync(async () =>
        {
            var answer = application.FrontDoor.GetAsync("rooms", Cancel);
            // Twice the 1.5 seconds that are promised.
            using var list = await answer.WaitAsync(TimeSpan.FromSeconds(3), Cancel);
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
            Assert.Contains("kept", await list.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            return asked > 3;
        });

        Assert.Equal("kept open", await StatusesAsync(application.FrontDoor));
    }

    [Fact]
    public async Task What_a_command_was_answered_is_in_the_next_list_of_every_replica()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: MeetWebhooksApplication.WithLists);

        for (var n = 0; n < 5; n++)
        {
            using var created = await application.FrontDoors[0].PostAsJsonAsync("rooms", new { roomName = $"Room {n}" }, Cancel);
            var roomId = (string)(await created.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["room"]!["roomId"]!;
            Assert.Contains(roomId, await application.FrontDoors[1].GetStringAsync("rooms", Cancel), StringComparison.Ordinal);

            (await application.FrontDoors[1].DeleteAsync($"rooms/{roomId}", Cancel)).Dispose();
            Assert.DoesNotContain(roomId, await application.FrontDoors[0].GetStringAsync("now", Cancel), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("rooms", null)]
    [InlineData("rooms", "gzip")]
    [InlineData("now", "br")]
    [InlineData("recordings", "br")]
    public async Task A_list_that_has_not_changed_is_not_sent_again(string list, string? encoding)
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        await using var application = await StartAsync(meet);

        using var first = await SendAsync(tag: null);
        using var again = await SendAsync(first.Headers.ETag!.Tag);
        await application.DeliverAsync(Delivery.Event("meetingStarted", """{"roomId":"other"}"""));
        using var changed = await SendAsync(first.Headers.ETag.Tag);

        Assert.Equal(encoding ?? "", string.Join(",", first.Content.Headers.ContentEncoding));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.GetValues("Last-Event-ID"), again.Headers.GetValues("Last-Event-ID"));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(TimeSpan.Zero, changed.Headers.Age);
        await using var body = await changed.Content.ReadAsStreamAsync(Cancel);
        await using Stream plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        Assert.NotNull((await JsonNode.ParseAsync(plain, cancellationToken: Cancel))![list == "now" ? "rooms" : list]);

        async Task<HttpResponseMessage> SendAsync(string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, list);
            if (encoding is not null)
                request.Headers.AcceptEncoding.ParseAdd(encoding);
            if (tag is not null)
                request.Headers.IfNoneMatch.ParseAdd(tag);
            return await application.FrontDoor.SendAsync(request, Cancel);
        }
    }

    [Fact]
    public async Task With_Meet_Api_and_Redis_down_a_replica_answers_with_what_it_knew_last_and_how_old_that_is()
    {
        var meet = await ChangingMeet.StartAsync("kept");
        await using var redis = await RedisServer.StartAsync();
        await using var application = await StartAsync(meet, ("ConnectionStrings:redis", redis.ConnectionString));

        await meet.DisposeAsync();
        await application.StopApiAsync();
        await redis.KillAsync();

        await Eventually.TrueAsync(async () =>
        {
            using var list = await application.FrontDoor.GetAsync("rooms", Cancel).WaitAsync(TimeSpan.FromSeconds(3), Cancel);
            Assert.Contains("kept", await list.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            return list.Headers.Age > TimeSpan.FromSeconds(1);
        });
    }

    [Fact]
    public async Task After_a_restart_of_everything_but_Redis_the_lists_are_there_although_Meet_is_down()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var meet = await ChangingMeet.StartAsync("kept"))
        await using (var before = await StartAsync(meet, ("ConnectionStrings:redis", redis.ConnectionString)))
            await before.DeliverAsync(Delivery.Event("meetingStarted", """{"roomId":"started","status":"active_meeting"}"""));

        await using var after = await MeetWebhooksApplication.StartAsync(settings:
            [("Meet:ServerUrl", "http://127.0.0.1:1"), ("ConnectionStrings:redis", redis.ConnectionString), MeetWebhooksApplication.WithLists]);
        using var list = await after.FrontDoor.GetListAsync("rooms", Cancel);

        Assert.Equal("kept open, started active_meeting", await StatusesAsync(after.FrontDoor));
    }

    [Fact]
    public async Task Now_has_the_rooms_with_the_number_of_their_recordings_and_the_recordings_in_progress()
    {
        await using var meet = await ChangingMeet.StartAsync("kept");
        meet.Recordings["kept--EG_a--1"] = """{"recordingId":"kept--EG_a--1","roomId":"kept","roomName":"kept","status":"active"}""";
        meet.Recordings["kept--EG_a--2"] =
            """{"recordingId":"kept--EG_a--2","roomId":"kept","roomName":"kept","status":"complete","startDate":1.50}""";
        await using var application = await StartAsync(meet);

        var now = JsonNode.Parse(await application.FrontDoor.GetStringAsync("now", Cancel))!;
        var recordings = await application.FrontDoor.GetStringAsync("recordings?room=ke", Cancel);

        Assert.Equal(2, (int)now["rooms"]![0]!["recordingCount"]!);
        Assert.Equal("kept--EG_a--1", (string)Assert.Single(now["recordings"]!.AsArray())!["recordingId"]!);
        Assert.Equal(
            $$"""{"recordings":[{{meet.Recordings["kept--EG_a--1"]}},{{meet.Recordings["kept--EG_a--2"]}}]}""", recordings);
        Assert.Equal("""{"recordings":[]}""", await application.FrontDoor.GetStringAsync("recordings?room=other", Cancel));
    }

    [Theory]
    [InlineData("https://meet.example.com", "/room/a?secret=1", "https://meet.example.com/room/a?secret=1")]
    [InlineData("https://meet.example.com/meet", "/meet/room/a?secret=1", "https://meet.example.com/meet/room/a?secret=1")]
    [InlineData("https://example.com/x", "/room/a?secret=1", "https://example.com/x/room/a?secret=1")]
    public async Task Links_lead_to_where_browsers_reach_Meet(string publicUrl, string path, string link)
    {
        await using var meet = await ChangingMeet.StartAsync();
        meet.Rooms["a"] = $$"""{"roomId":"a","moderatorUrl":"http://whoever.asked:9080{{path}}","creationDate":1}""";
        await using var application = await StartAsync(meet, ("Meet:PublicUrl", publicUrl));

        var rooms = JsonNode.Parse(await application.FrontDoor.GetStringAsync("rooms", Cancel))!;

        Assert.Equal(link, (string)rooms["rooms"]![0]!["moderatorUrl"]!);
    }

    private static async Task<MeetWebhooksApplication> StartAsync(
        ChangingMeet meet, params (string Key, string Value)[] settings)
    {
        var application = await MeetWebhooksApplication.StartAsync(
            replicas: 2, settings: [("Meet:ServerUrl", meet.Url), MeetWebhooksApplication.WithLists, .. settings]);
        foreach (var frontDoor in application.FrontDoors)
            (await frontDoor.GetListAsync("rooms", Cancel)).Dispose();
        return application;
    }

    private static async Task<string> StatusesAsync(HttpClient frontDoor)
    {
        var rooms = JsonNode.Parse(await frontDoor.GetStringAsync("rooms", Cancel))!["rooms"]!.AsArray();
        return string.Join(", ", rooms.Select(room => $"{room!["roomId"]} {room["status"]}").Order(StringComparer.Ordinal));
    }
}
