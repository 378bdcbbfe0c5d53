using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror.Following;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>Adds the comparison with OpenVidu Meet's lists.</summary>
internal static class ReconciliationExtensions
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services)
    {
        services.AddMirror();
        services.AddSingleton<IMeetReader>(provider => provider.GetRequiredService<MeetClient>());
        services.AddSingleton<RecentEvents>();
        services.AddSingleton<ReconciliationMetrics>();
        services.AddSingleton<DifferenceWriter>();
        services.AddSingleton<CommandEvents>();
        services.AddSingleton<SnapshotKeeper>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<ReconciliationSchedule>();
        services.AddSingleton<ReconciliationReports>();
        services.AddHostedService(provider => provider.GetRequiredService<ReconciliationSchedule>());
        return services;
    }

    /// <summary>
    /// Maps <c>GET /reconciliation</c>, with which Web replicas ask how the Api is doing, and <c>POST /reconciliation</c>, which
    /// also asks for a reading.
    /// </summary>
    public static void MapReconciliation(this IEndpointRouteBuilder routes)
    {
        // Each replica asks every second, which would only be in the way in request metrics.
        routes.MapGet("/reconciliation", (ReconciliationReports reports) => Json(reports.Report())).DisableHttpMetrics();
        routes.MapPost("/reconciliation", (ReconciliationReports reports, ReconciliationSchedule schedule) =>
        {
            schedule.Ask();
            return Json(reports.Report());
        }).DisableHttpMetrics();
    }

    private static JsonHttpResult<ReconciliationReport> Json(ReconciliationReport report) =>
        TypedResults.Json(report, ReconciliationJson.Default.ReconciliationReport);
}
