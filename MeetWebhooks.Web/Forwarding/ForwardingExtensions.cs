using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>Forwards to the Api what is neither the page's nor the events'.</summary>
internal static class ForwardingExtensions
{
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddOptions<ForwardingOptions>()
            .BindConfiguration(ForwardingOptions.Section)
            .Validate(
                options => options.Timeout >= TimeSpan.FromMilliseconds(50) && options.Timeout <= TimeSpan.FromMinutes(30),
                "Api:Timeout must be between 00:00:00.050 and 00:30:00 (30 minutes).")
            .Validate<IConfiguration>(
                (_, configuration) => HasAddress(configuration.GetSection("services:api:http")),
                "services:api:http:0 must be the Api's address, for example http://api:8080.")
            .ValidateOnStart();
        services.Configure<KestrelServerOptions>(server =>
        {
            server.Limits.MaxRequestBodySize = ForwardingOptions.LargestBody;
            // Sooner than the Api's own 5 seconds: if it answered while a body is being sent, the connection would break.
            server.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(3));
        });
        services.AddHttpForwarder();
        services.AddSingleton<ApiConnections>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiConnections>());
        services.AddSingleton<ApiForwarder>();
        return services;
    }

    public static IEndpointRouteBuilder MapForwarding(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhook", (HttpContext context, ApiForwarder api) => api.ForwardWebhookAsync(context));
        routes.MapForward("/rooms", HttpMethods.Post);
        routes.MapForward("/rooms/{roomId}", HttpMethods.Delete);
        routes.MapForward("/recordings/{recordingId}", HttpMethods.Delete);
        routes.MapForward("/recordings/{recordingId}/url", HttpMethods.Get);
        return routes;
    }

    private static bool HasAddress(IConfigurationSection addresses) =>
        addresses.GetChildren().Any() && addresses.GetChildren().All(address => MeetSettings.IsHttpAddress(address.Value ?? ""));

    private static void MapForward(this IEndpointRouteBuilder routes, string pattern, params string[] methods) =>
        routes
            .MapMethods(pattern, methods, (HttpContext context, ApiForwarder api) => api.ForwardAsync(context))
            .WithAllowedOrigins();
}
