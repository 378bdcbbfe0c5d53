using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Degraded while this replica may lack events that the log has; its browsers get them later. Unhealthy while it stops.
/// </summary>
internal sealed class RelayHealth(LogFollower follower, EventBroadcast broadcast) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(
            broadcast.IsDraining ? HealthCheckResult.Unhealthy("This replica is stopping.")
            : follower.IsCurrent ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Events may be missing; they are read from Redis as soon as it answers."));
}
