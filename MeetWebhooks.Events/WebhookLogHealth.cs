using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MeetWebhooks.Events;

/// <summary>Unhealthy while the log cannot be read and appended to.</summary>
/// <param name="log">The log.</param>
public sealed class WebhookLogHealth(WebhookLog log) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await log.CheckWritableAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (WebhookLogUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
