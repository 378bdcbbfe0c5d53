using System.Net;
using MeetWebhooks.Tests.Faults;

namespace MeetWebhooks.Tests.Secrets;

[Collection(nameof(AloneTests))]
public sealed class RedisPasswordTests
{
    private const string Secret = "hunter2";
    private const string Password = $"{Secret},{Secret}@:/%";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_in_a_URL_is_not_in_any_log_trace_metric_or_error()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.ExecuteAsync("ACL", "SETUSER", "meet", "on", $">{Password}", "~*", "&*", "+@all");
        using var telemetry = new TelemetryCollector();
        await using var application = await StartAsync(telemetry, redis);
        await application.FrontDoor.PersistAsync(Delivery.Event("accepted"));

        await redis.KillAsync();

        await IsNotEmittedAsync(application, telemetry, "Redis does not answer");
    }

    [Fact]
    public async Task A_wrong_password_in_a_URL_is_not_in_any_log_trace_metric_or_error()
    {
        await using var redis = await RedisServer.StartAsync(clientOptions: ",password=right", ["--requirepass right"]);
        using var telemetry = new TelemetryCollector();
        await using var application = await StartAsync(telemetry, redis);

        await IsNotEmittedAsync(application, telemetry, "Redis refuses the user name or the password");
    }

    private static Task<MeetWebhooksApplication> StartAsync(TelemetryCollector telemetry, RedisServer redis) =>
        MeetWebhooksApplication.StartAsync(
            telemetry,
            1,
            ("ConnectionStrings:redis", $"redis://meet:{Uri.EscapeDataString(Password)}@127.0.0.1:{redis.Port}/2"));

    private static async Task IsNotEmittedAsync(
        MeetWebhooksApplication application, TelemetryCollector telemetry, string message)
    {
        using var answer = await Delivery.Event("refused").PostAsync(application.FrontDoor, Cancel);
        var problem = await answer.Content.ReadAsStringAsync(Cancel);
        await application.Api.HealthAsync();
        await application.FrontDoor.HealthAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(message, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, problem + Emitted.By(application, telemetry), StringComparison.Ordinal);
    }
}
