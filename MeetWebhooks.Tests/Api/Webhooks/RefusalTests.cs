using System.Net;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Tests.Api.Meet;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.Api.Webhooks;

/// <summary>What an operator sees of refused webhooks.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_refused_webhook_goes_unnoticed()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var good = Delivery.Event("meetingStarted");
        var now = DateTimeOffset.UtcNow;
        (Delivery Delivery, HttpStatusCode Status, string Reason)[] refused =
        [
            (good with { Timestamp = null }, HttpStatusCode.Unauthorized, "header X-Timestamp must"),
            (good with { Signature = "abc" }, HttpStatusCode.Unauthorized, "header X-Signature must"),
            (good with { Timestamp = good.Timestamp![..^3] }, HttpStatusCode.Unauthorized, "is in seconds"),
            (Delivery.Sign(good.Json, now.AddHours(-1)), HttpStatusCode.Unauthorized, "s behind this machine's clock"),
            (Delivery.Sign(good.Json, now.AddHours(1)), HttpStatusCode.Unauthorized, "s ahead of this machine's clock"),
            (Delivery.Sign(good.Json, key: "another"), HttpStatusCode.Unauthorized, "Meet:ApiKey"),
            (Delivery.Sign(new byte[300_000]), HttpStatusCode.RequestEntityTooLarge, "Webhooks:MaxBodySize"),
            (Delivery.Sign("[]"), HttpStatusCode.BadRequest, "JSON object"),
        ];

        foreach (var (delivery, status, reason) in refused)
        {
            for (var time = 0; time < 3; time++)
            {
                using var answer = await delivery.PostAsync(application.FrontDoor, Cancel);
                await ProblemAssert.IsAsync(answer, status, reason);
            }

            // One for all three, as the minute has not passed.
            Assert.Single(application.Log.Lines, line =>
                line.StartsWith("Warning Refused 1 webhook(s). ", StringComparison.Ordinal)
                && line.Contains(reason, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(150, "150 s ahead")]
    [InlineData(-150, "150 s behind")]
    public async Task A_clock_that_is_wrong_does_not_go_unnamed(int seconds, string difference)
    {
        var clock = new Clock(DateTimeOffset.UtcNow);
        await using var application = await MeetWebhooksApplication.StartAsync(time: clock);

        using var answer = await Delivery.Sign("{}", clock.Now.AddSeconds(seconds))
            .PostAsync(application.FrontDoor, Cancel);

        await ProblemAssert.IsAsync(answer, HttpStatusCode.Unauthorized, difference);
        Assert.True(application.Log.Has(difference));
    }

    [Fact]
    public async Task A_delivery_less_than_MaxAge_ahead_is_not_refused()
    {
        var clock = new Clock(DateTimeOffset.UtcNow);
        await using var application = await MeetWebhooksApplication.StartAsync(
            time: clock, settings: ("Webhooks:MaxAge", "00:10:00"));
        const string json = """{"event":"meetingStarted","creationDate":1,"data":{}}""";

        await application.DeliverAsync(Delivery.Sign(json, clock.Now.AddMinutes(9)));
        await application.DeliverAsync(Delivery.Sign(json, clock.Now.AddMinutes(-9)));
        using var ahead = await Delivery.Sign(json, clock.Now.AddMinutes(10)).PostAsync(application.FrontDoor, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, ahead.StatusCode);
    }

    [Fact]
    public void Warnings_of_one_reason_do_not_flood_the_log_and_lose_no_count()
    {
        var time = new FakeTimeProvider();
        var log = new LogText();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var refused = new RefusedDeliveries(time, loggers.CreateLogger<RefusedDeliveries>());

        refused.Add(WebhookOutcome.TooOld, "First.");
        refused.Add(WebhookOutcome.WrongSignature, "Another reason.");
        time.Advance(TimeSpan.FromSeconds(59));
        refused.Add(WebhookOutcome.TooOld, "Second.");
        refused.Add(WebhookOutcome.TooOld, "Third.");
        time.Advance(TimeSpan.FromSeconds(1));
        refused.Add(WebhookOutcome.TooOld, "Fourth.");
        refused.Add(WebhookOutcome.TooOld, "Fifth.");

        Assert.Equal(
            [
                "Warning Refused 1 webhook(s). First.",
                "Warning Refused 1 webhook(s). Another reason.",
                "Warning Refused 3 webhook(s). Fourth.",
            ],
            log.Lines.Select(line => line.TrimEnd()));
    }
}
