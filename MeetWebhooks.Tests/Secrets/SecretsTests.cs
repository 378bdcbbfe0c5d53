using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using MeetWebhooks.Tests.Api.Meet;

namespace MeetWebhooks.Tests.Secrets;

public sealed partial class SecretsTests
{
    private const string Key = "the-new-key-that-nobody-may-see";
    private const string OldKey = "the-old-key-that-nobody-may-see";
    private const string Secret = "5ec4e75ec4";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex(Key + "|" + OldKey + "|" + Secret)]
    private static partial Regex Secrets { get; }

    [Fact]
    public async Task No_key_and_no_rooms_secret_is_in_any_log_trace_metric_header_or_error()
    {
        const string room = "{\"roomId\":\"a-1\",\"roomName\":\"a\",\"moderatorUrl\":\"http://m/room/a-1?secret=" + Secret
            + "\",\"access\":{\"anonymous\":{\"speaker\":{\"url\":\"http://m/room/a-1?secret=" + Secret + "\"}}}}";
        var isSick = false;
        await using var meet = await StubMeet.StartAsync(async (context, request) =>
        {
            context.Response.StatusCode = isSick ? 500 : 200;
            var answer = (request.Method, isSick) switch
            {
                (_, true) => $"{{\"error\":\"{Key}\",\"message\":\"{Secret}\"}}",
                ("POST", _) => room,
                ("DELETE", _) => $"{{\"message\":\"done\",\"successCode\":\"x\",\"room\":{room}}}",
                _ when request.Target.EndsWith("/url", StringComparison.Ordinal) => $"{{\"url\":\"http://m/r?secret={Secret}\"}}",
                _ => $"{{\"rooms\":[{room}],\"recordings\":[]}}",
            };
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer), context.RequestAborted);
        });
        using var telemetry = new TelemetryCollector();
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry, 1, ("Meet:ServerUrl", meet.Url), ("Meet:ApiKey", $"{Key},{OldKey}"), MeetWebhooksApplication.WithLists);
        await using var browser = await Browser.OpenLiveAsync(application.FrontDoor);
        var emitted = new StringBuilder();

        for (var round = 0; round < 2; round++, isSick = true)
        {
            await AskAsync(HttpMethod.Post, "rooms", JsonContent.Create(new { roomName = "a" }));
            await AskAsync(HttpMethod.Get, "rooms");
            await AskAsync(HttpMethod.Get, "recordings/a--EG_b--c/url");
            await AskAsync(HttpMethod.Delete, "rooms/a-1");
            await AskAsync(HttpMethod.Delete, "recordings/a--EG_b--c");
        }

        var json = $$"""{"event":"meetingStarted","creationDate":1,"data":{{room}}}""";
        foreach (var delivery in (Delivery[])
            [Delivery.Sign(json, key: Key), Delivery.Sign(json, DateTimeOffset.UtcNow.AddSeconds(-1), OldKey),
             Delivery.Sign(json), Delivery.Sign(json, DateTimeOffset.UtcNow.AddHours(-1), Key), Delivery.Sign(json + "~", key: Key)])
        {
            using var answer = await delivery.PostAsync(application.FrontDoor, Cancel);
            emitted.AppendLine($"{answer} {await answer.Content.ReadAsStringAsync(Cancel)}");
        }

        // By design the browser gets the links; here they are to show that there was something to leak.
        while (!Secrets.IsMatch((await browser.NextAsync()).Data))
        {
        }

        Assert.Contains(meet.Requests, request => request.ApiKey == Key);

        var text = emitted + Emitted.By(application, telemetry);
        Assert.Contains("/api/v1/rooms", text, StringComparison.Ordinal);
        Assert.Contains("meetwebhooks.webhooks", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(Secrets, text);

        async Task AskAsync(HttpMethod method, string path, HttpContent? content = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var answer = await application.FrontDoor.SendAsync(request, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            emitted.AppendLine($"{answer} {(answer.IsSuccessStatusCode ? "" : body)}");
        }
    }
}
