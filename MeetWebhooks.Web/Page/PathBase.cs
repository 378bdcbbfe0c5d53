using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Page;

/// <summary>
/// The path of the host under which browsers reach the front door, such as <c>/status</c>: the header
/// <c>X-Forwarded-Prefix</c> of a trusted proxy, else the setting <c>PathBase</c>; empty by default.
/// </summary>
internal static partial class PathBase
{
    private const string Setting = "PathBase";

    // As the page's HTML and scripts contain it: no character needs an escape, and no segment is a dot.
    [GeneratedRegex("^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Valid { get; }

    /// <summary>Adds the setting, validated at start.</summary>
    public static IServiceCollection AddPathBase(this IServiceCollection services)
    {
        services.AddOptions<PathBaseOptions>()
            .Configure<IConfiguration>(
                (options, configuration) => options.Path = WithoutLastSlash(configuration[Setting]))
            .Validate(
                options => Valid.IsMatch(options.Path),
                $"{Setting} must be a path of letters, digits, and the characters - . _ ~, for example /status.")
            .ValidateOnStart();
        return services;
    }

    /// <summary>
    /// Separates the path base from the path, whether the proxy has removed it or not. Must come after the forwarded
    /// headers and before routing.
    /// </summary>
    public static IApplicationBuilder UsePublicPathBase(this IApplicationBuilder app) => app.Use(next =>
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<PathBaseOptions>>().Value;
        var setting = new PathString(options.Path);
        return context =>
        {
            var request = context.Request;
            if (setting.HasValue && request.Path.StartsWithSegments(setting, out var path))
                request.Path = path;
            var prefix = WithoutLastSlash(request.PathBase.Value);
            request.PathBase = prefix.Length > 0 && Valid.IsMatch(prefix) ? new PathString(prefix) : setting;
            return next(context);
        };
    });

    private static string WithoutLastSlash(string? path) => path is [.. var rest, '/'] ? rest : path ?? "";
}
