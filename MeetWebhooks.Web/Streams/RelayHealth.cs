using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MeetWebhooks.Web.Streams;

/// <summary>Degraded while this replica may lack events that the log has; its browsers get them later.</summary>
internal sealed class RelayHealth(LogFollower follower) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(follower.IsCurrent
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Events may be missing; they are read from Redis as soon as it answers."));
}
