using MeetWebhooks.Web.Sources;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Web.Changes;

/// <summary>Tells the page what changes, and how well its sources are.</summary>
internal static class ChangesExtensions
{
    // Before the mirror, which then tells of everything.
    public static IServiceCollection AddChanges(this IServiceCollection services)
    {
        services.AddSingleton<ApiReports>();
        services.AddSingleton<SourceWatch>();
        services.AddSingleton<PageItems>();
        services.AddSingleton<ChangeFrames>();
        services.AddBroadcast<ChangeBroadcast>();
        services.AddHostedService<ChangeRelay>();
        services.AddHostedService<SourceRelay>();
        return services;
    }

    public static IEndpointRouteBuilder MapChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapStream<ChangeBroadcast>("/changes");
        return routes;
    }
}
