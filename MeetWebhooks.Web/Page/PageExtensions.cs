using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Lists;
using MeetWebhooks.Web.Security;

namespace MeetWebhooks.Web.Page;

internal static class PageExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddPage(this IServiceCollection services)
    {
        services.AddOptions<PageOptions>()
            .Configure<IConfiguration>((options, configuration) => options.MeetUrl =
                (configuration.FirstSet("Meet:PublicUrl") ?? configuration.MeetServerUrl() ?? MeetSettings.DefaultServerUrl)
                .TrimEnd('/'))
            .Validate(options => MeetSettings.IsHttpAddress(options.MeetUrl),
                "Meet:PublicUrl (or Meet:ServerUrl) must be an absolute http or https address without a query.")
            .ValidateOnStart();
        services.AddSingleton<Page>();
        services.AddSingleton<MeetLinks>();
        return services;
    }

    public static IEndpointRouteBuilder MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (var address in (string[])["/", "/rooms/{roomId}", "/recordings/{recordingId}"])
            routes.MapMethods(address, Reading, (HttpContext context, Page page) => page.AnswerAsync(context));

        // One address, two answers: the page for who navigates, the list for who asks for data.
        routes.MapMethods("/recordings", Reading, (HttpContext context, Page page, ListEndpoints lists) =>
        {
            context.Response.Headers.Vary = "Accept";
            return IsNavigation(context.Request) ? page.AnswerAsync(context) : lists.AnswerRecordingsAsync(context);
        }).WithAllowedOrigins();

        routes.MapMethods("/{version:length(12)}/{file}", Reading,
            (HttpContext context, Page page, string version, string file) => page.AnswerAsync(context, version, file));
        return routes;
    }

    private static bool IsNavigation(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
