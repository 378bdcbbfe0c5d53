using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Security;

namespace MeetWebhooks.Web.Lists;

/// <summary>Answers with what rooms and recordings are now.</summary>
internal static class ListsExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddLists(this IServiceCollection services)
    {
        services.AddSingleton<ListBodies>();
        // Before the mirror, whose first start it must hear.
        services.AddHostedService<ListPreparation>();
        services.AddMirror();
        services.AddSingleton<ListEndpoints>();
        return services;
    }

    // GET /recordings is the page's route, as it has two answers.
    public static IEndpointRouteBuilder MapLists(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/rooms", Reading, (HttpContext context, ListEndpoints lists) => lists.AnswerRoomsAsync(context))
            .WithAllowedOrigins();
        routes.MapMethods("/now", Reading, (HttpContext context, ListEndpoints lists) => lists.AnswerNowAsync(context))
            .WithAllowedOrigins();
        return routes;
    }
}
