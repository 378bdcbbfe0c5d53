namespace MeetWebhooks.Api.Webhooks;

internal static class WebhooksExtensions
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>()
            .BindConfiguration(WebhookOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<WebhookEndpoint>();
        return services;
    }

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhook", (HttpContext context, WebhookEndpoint endpoint) => endpoint.DeliverAsync(context));
        return routes;
    }
}
