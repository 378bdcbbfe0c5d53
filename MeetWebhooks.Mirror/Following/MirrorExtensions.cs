using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeetWebhooks.Mirror.Following;

/// <summary>Adds a mirror to a service.</summary>
public static class MirrorExtensions
{
    /// <summary>
    /// Adds a <see cref="LiveMirror"/> that follows the log. The log must be added beside it
    /// (<see cref="WebhookLogExtensions.AddWebhookLog"/>).
    /// </summary>
    /// <param name="services">The service's services.</param>
    public static IServiceCollection AddMirror(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IMirrorLog>(provider =>
        {
            var log = provider.GetRequiredKeyedService<WebhookLog>(WebhookLogExtensions.SecondConnection);
            return new RedisMirrorLog(log, ActivatorUtilities.CreateInstance<LogFollower>(provider, log));
        });
        services.AddSingleton<LiveMirror>();
        services.AddHostedService<MirrorRelay>();
        return services;
    }

    /// <summary>Runs the mirror.</summary>
    private sealed class MirrorRelay(LiveMirror mirror) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await mirror.RunAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host would log it as a fault where it stops because the server could not start.
            }
        }
    }
}
