using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>The front door's other half: what is not the page's or the events' goes to the Api as it is.</summary>
internal static class ForwardingExtensions
{
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddOptions<ForwardingOptions>()
            .BindConfiguration(ForwardingOptions.Section)
            .Validate(
                options => options.Timeout >= TimeSpan.FromMilliseconds(50) && options.Timeout <= TimeSpan.FromMinutes(30),
                "Api:Timeout must be between 00:00:00.050 and 00:30:00 (30 minutes).")
            .ValidateOnStart();
        services.Configure<KestrelServerOptions>(server =>
        {
            server.Limits.MaxRequestBodySize = ForwardingOptions.LargestBody;
            // Sooner than the Api loses its patience (5 seconds): an answer in the midst of a body breaks the connection.
            server.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(3));
        });
        services.AddHttpForwarder();
        services.AddSingleton<ApiForwarder>();
        return services;
    }

    public static IEndpointRouteBuilder MapForwarding(this IEndpointRouteBuilder routes)
    {
        foreach (var pattern in (string[])["/webhook", "/rooms/{**rest}", "/recordings/{**rest}"])
            routes.Map(pattern, (HttpContext context, ApiForwarder forwarder) => forwarder.ForwardAsync(context));
        return routes;
    }
}
