using MeetWebhooks.Events;

namespace MeetWebhooks.Web.Events;

internal static class EventsExtensions
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddEventLog();
        services.AddOptions<EventsOptions>()
            .BindConfiguration(EventLogOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<EventFollower>();
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<EventRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<EventRelay>());
        services.AddSingleton<EventsEndpoint>();
        services.AddHealthChecks().AddCheck<RelayHealth>("events");
        return services;
    }

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", (HttpContext context, EventsEndpoint endpoint) => endpoint.StreamAsync(context));
        return routes;
    }
}
