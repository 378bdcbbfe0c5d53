using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web.Security;

/// <summary>
/// The origins whose pages may read lists and streams and send commands (setting <c>Cors:AllowedOrigins</c>), with
/// commas between, for example <c>https://intranet.example.com, http://localhost:5173</c>. None by default.
/// </summary>
internal static class AllowedOrigins
{
    private const string Setting = "Cors:AllowedOrigins";
    private const string Policy = nameof(AllowedOrigins);

    /// <summary>Adds the setting, validated at start.</summary>
    public static IServiceCollection AddAllowedOrigins(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>()
            .Configure<IConfiguration>((options, configuration) => options.AddPolicy(Policy, policy => policy
                .WithOrigins([.. SettingList.Split(configuration[Setting]).Where(IsOrigin).Select(AsBrowsersSendIt)])
                .AllowAnyMethod()
                .AllowAnyHeader()
                .WithExposedHeaders("Last-Event-ID", HeaderNames.Age, HeaderNames.RetryAfter)))
            .Validate<IConfiguration>(
                (_, configuration) => SettingList.Split(configuration[Setting]).All(IsOrigin),
                $"{Setting} must be origins (scheme, host and port, without a path or *) with commas between, "
                + "for example https://intranet.example.com, http://localhost:5173.")
            .ValidateOnStart();
        return services;
    }

    /// <summary>
    /// Answers preflights, and lets the pages of allowed origins read the answers. Must come after routing.
    /// </summary>
    public static IApplicationBuilder UseAllowedOrigins(this IApplicationBuilder app) => app
        .Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null)
                context.Response.OnStarting(VaryByOriginAsync, context.Response);
            return next(context);
        })
        .UseCors();

    /// <summary>Lets the pages of allowed origins use the endpoint.</summary>
    public static TBuilder WithAllowedOrigins<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireCors(Policy);

    /// <summary>Whether a page of this origin may use the front door.</summary>
    /// <param name="context">The request.</param>
    /// <param name="origin">Its header <c>Origin</c>.</param>
    public static bool IsAllowed(HttpContext context, string origin)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<CorsOptions>>().Value;
        return options.GetPolicy(Policy)!.IsOriginAllowed(origin);
    }

    // ASP.NET Core adds it only where the answer depends on the origin of this request.
    private static Task VaryByOriginAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        if (!headers.Vary.Contains(HeaderNames.Origin))
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        return Task.CompletedTask;
    }

    private static bool IsOrigin(string origin) =>
        MeetSettings.IsHttpAddress(origin) && new Uri(origin).PathAndQuery == "/";

    /// <summary>In lower case, and without the scheme's own port.</summary>
    private static string AsBrowsersSendIt(string origin) => new Uri(origin).GetLeftPart(UriPartial.Authority);
}
