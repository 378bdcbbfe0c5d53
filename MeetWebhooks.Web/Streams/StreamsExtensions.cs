using System.Net;
using MeetWebhooks.Web.Security;

namespace MeetWebhooks.Web.Streams;

internal static class StreamsExtensions
{
    public static IServiceCollection AddStreams(this IServiceCollection services)
    {
        services.AddOptions<StreamOptions>()
            .BindConfiguration(StreamOptions.Section)
            .Validate(
                options => options.Heartbeat >= TimeSpan.FromMilliseconds(100)
                    && options.Heartbeat <= TimeSpan.FromMinutes(10),
                "Streams:Heartbeat must be between 00:00:00.100 and 00:10:00 (10 minutes).")
            .Validate(
                options => options.Retry >= TimeSpan.Zero && options.Retry <= TimeSpan.FromMinutes(10),
                "Streams:Retry must be between 00:00:00 and 00:10:00 (10 minutes).")
            .Validate(
                options => options.MaxPerAddress is null or (>= 1 and <= 1_000_000),
                "Streams:MaxPerAddress must be between 1 and 1000000.")
            .ValidateOnStart();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<StreamEndpoint>();
        services.AddBroadcast<EventBroadcast>();
        services.AddHostedService<EventRelay>();
        services.AddHostedService<StreamDrain>();
        services.AddRateLimiter(limits => limits.AddPolicy<IPAddress, StreamLimit>(nameof(StreamLimit)));
        services.ConfigureOptions<ReplicaStreamLimit>();
        services.AddHealthChecks().AddCheck<RelayHealth>("events");
        // Streams end when the host stops. Only those whose browser does not read are left, and are aborted after
        // this time.
        services.Configure<HostOptions>(
            options => options.ShutdownTimeout = Broadcast.LongestDrain + TimeSpan.FromSeconds(3));
        return services;
    }

    /// <summary>Adds a kind of stream.</summary>
    public static IServiceCollection AddBroadcast<T>(this IServiceCollection services) where T : Broadcast
    {
        services.AddSingleton<T>();
        return services.AddSingleton<Broadcast>(provider => provider.GetRequiredService<T>());
    }

    public static IEndpointRouteBuilder MapStreams(this IEndpointRouteBuilder routes)
    {
        routes.MapStream<EventBroadcast>("/events");
        return routes;
    }

    /// <summary>Maps a kind of stream.</summary>
    public static void MapStream<T>(this IEndpointRouteBuilder routes, string path) where T : Broadcast
    {
        // A stream lasts for hours, so it holds no service scope, and its duration does not belong in request metrics.
        var services = routes.ServiceProvider;
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head],
                context => services.GetRequiredService<StreamEndpoint>()
                    .StreamAsync(context, services.GetRequiredService<T>()))
            .RequireRateLimiting(nameof(StreamLimit))
            .WithAllowedOrigins()
            .DisableHttpMetrics();
    }
}
