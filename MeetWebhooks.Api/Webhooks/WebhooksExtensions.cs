namespace MeetWebhooks.Api.Webhooks;

internal static class WebhooksExtensions
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>()
            .BindConfiguration(WebhookOptions.Section)
            .Validate(
                options => options.MaxAge >= TimeSpan.FromMinutes(1) && options.MaxAge <= TimeSpan.FromDays(1),
                "Webhooks:MaxAge must be between 00:01:00 (1 minute) and 1.00:00:00 (1 day).")
            .Validate(
                options => options.MaxBodySize is >= 1024 and <= 1024 * 1024,
                "Webhooks:MaxBodySize must be between 1024 and 1048576 bytes.")
            .ValidateOnStart();
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<RefusedDeliveries>();
        services.AddSingleton<WebhookEndpoint>();
        return services;
    }

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhook", (HttpContext context, WebhookEndpoint endpoint) => endpoint.DeliverAsync(context));
        return routes;
    }
}
