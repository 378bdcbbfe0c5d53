using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MeetWebhooks.Web.Streams;

/// <summary>Degraded while this replica lacks events that the log may have; its browsers get them later.</summary>
internal sealed class RelayHealth(EventRelay relay) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(relay.IsCurrent
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Events may be missing; they are read from Redis as soon as it answers."));
}
