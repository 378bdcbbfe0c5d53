using System.Net;

namespace MeetWebhooks.Tests.Secrets;

[Collection(nameof(Faults.FaultTests))]
public sealed class RedisPasswordTests
{
    private const string Secret = "hunter2";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_password_of_Redis_is_in_no_log_trace_metric_or_error()
    {
        const string password = $"{Secret},{Secret}@:/%";
        using var telemetry = new TelemetryCollector();
        await using var redis = await RedisServer.StartAsync(clientOptions: ",password=admin", ["--requirepass admin"]);
        var address = $"127.0.0.1:{redis.Port}";
        await redis.ExecuteAsync("ACL", "SETUSER", "meet", "on", $">{password}", "~*", "&*", "+@all");
        await using var application = await MeetWebhooksApplication.StartAsync(
            telemetry,
            1,
            ("ConnectionStrings:redis", $"redis://meet:{Uri.EscapeDataString(password)}@{address}/2"));
        await application.FrontDoor.PersistAsync(Delivery.Event("accepted"));

        await redis.KillAsync();
        await IsAnsweredAsync("Redis does not answer");
        // Without the user, which was not saved.
        await redis.RestartAsync();
        await IsAnsweredAsync("Redis refuses the user name or the password");

        var emitted = Emitted.By(application, telemetry);
        Assert.Contains(address, emitted, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, emitted, StringComparison.Ordinal);

        async Task IsAnsweredAsync(string message) => await Eventually.TrueAsync(async () =>
        {
            using var answer = await Delivery.Event("refused").PostAsync(application.FrontDoor, Cancel);
            var problem = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.DoesNotContain(Secret, problem, StringComparison.Ordinal);
            return problem.Contains(message, StringComparison.Ordinal);
        });
    }
}
