using MeetWebhooks.Api.Meet;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.ServiceDefaults;
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
        services.AddHostedService(provider => provider.GetRequiredService<ReconciliationSchedule>());
        return services;
    }

    /// <summary>Maps <c>POST /reconciliation</c>, with which a Web replica asks for a reading.</summary>
    public static void MapReconciliation(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/reconciliation", Ask);

    /// <summary>Answers 202 at once, or with what the last reading failed of.</summary>
    private static Results<StatusCodeHttpResult, ProblemHttpResult> Ask(
        ReconciliationSchedule schedule, Reconciler reconciliation)
    {
        schedule.Ask();
        return reconciliation.Failure is { } failure
            ? Problem.Answer(failure.Status, failure.Message)
            : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
