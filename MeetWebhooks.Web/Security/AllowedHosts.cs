using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Primitives;

namespace MeetWebhooks.Web.Security;

/// <summary>
/// Refuses requests for a host that the setting <c>AllowedHosts</c> does not list. The host is the one that the browser
/// asked for, as trusted proxies say. Probes pass by any name.
/// </summary>
internal sealed partial class AllowedHosts(
    IConfiguration configuration, TimeProvider time, ILogger<AllowedHosts> logger) : IMiddleware
{
    private const string Setting = "AllowedHosts";

    private readonly List<StringSegment> _allowed =
    [
        .. SettingList.Split(configuration[Setting], ';')
            .Select(host => (StringSegment)new HostString(host).ToUriComponent()),
    ];

    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), time);

    public static void AddTo(IServiceCollection services)
    {
        // The framework's own check comes before trusted proxies are asked, and refuses probes by a pod's address.
        services.PostConfigure<HostFilteringOptions>(options => options.AllowedHosts = ["*"]);
        services.AddSingleton<AllowedHosts>();
    }

    /// <inheritdoc/>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsAllowed(context.Request))
            return next(context);
        if (_warnings.TryPass(out var count))
            LogRefused(count, PrintableText.Of(context.Request.Host.Value ?? ""));
        return Problem.Answer(
            StatusCodes.Status400BadRequest,
            "This server is not reached by this host name. Use one that AllowedHosts lists.").ExecuteAsync(context);
    }

    private bool IsAllowed(HttpRequest request) =>
        _allowed.Count == 0 || _allowed.Contains("*") || IsProbe(request.Path)
        || HostString.MatchesAny(new HostString(request.Host.Host).ToUriComponent(), _allowed);

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/alive");

    [LoggerMessage(LogLevel.Warning, "Refused {Count} request(s) for a host that AllowedHosts does not list, now for {Host}.")]
    private partial void LogRefused(int count, string host);
}
