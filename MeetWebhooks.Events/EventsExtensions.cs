using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeetWebhooks.Events;

/// <summary>Puts the log into an application's services.</summary>
public static class EventsExtensions
{
    /// <summary>
    /// Adds <see cref="EventLog"/> and its settings (section <see cref="EventLogOptions.Section"/>, validated at start).
    /// The connection to Redis must be added beside it.
    /// </summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddEventLog(this IServiceCollection services)
    {
        services.AddOptions<EventLogOptions>()
            .BindConfiguration(EventLogOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EventLog>();
        return services;
    }
}
