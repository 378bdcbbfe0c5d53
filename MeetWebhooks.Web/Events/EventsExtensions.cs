using System.Net;
using MeetWebhooks.Events;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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
        services.AddRateLimiter(limits => limits.AddPolicy<IPAddress, StreamLimit>(nameof(StreamLimit)));
        services.AddHealthChecks().AddCheck<RelayHealth>("events");
        // Streams end when the host stops; only one whose browser does not read is left, and is broken off after this.
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(3));
        // Without Redis a replica still serves its page and keeps its browsers: it must not be taken out for that.
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations)
                check.FailureStatus = HealthStatus.Degraded;
        });
        return services;
    }

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        // A stream lasts for hours: it holds no scope of services, and is no request whose duration says anything.
        var services = routes.ServiceProvider;
        routes.MapGet("/events", context => services.GetRequiredService<EventsEndpoint>().StreamAsync(context))
            .RequireRateLimiting(nameof(StreamLimit))
            .DisableHttpMetrics();
        return routes;
    }
}
