using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Web.Security;

/// <summary>
/// Keeps other sites' pages from creating and deleting in the name of somebody who has them open, except those of
/// allowed origins (<see cref="AllowedOrigins"/>). Clients that are no browsers send none of the headers that are looked
/// at, and pass.
/// </summary>
internal static class SameOriginWrites
{
    /// <summary>Refuses what a page of another origin wants changed under <c>/rooms</c> and <c>/recordings</c>.</summary>
    public static IApplicationBuilder UseSameOriginWrites(this IApplicationBuilder app) =>
        app.Use((context, next) => IsWrite(context.Request) && !IsFromHere(context.Request) && !IsFromAllowedOrigin(context)
            ? Problem.Answer(
                StatusCodes.Status403Forbidden,
                "Only this server's own page and those of Cors:AllowedOrigins may change something. Behind a proxy, check "
                + "that Host is passed on.")
                .ExecuteAsync(context)
            : next(context));

    // Webhooks are signed; nobody needs to say where they come from.
    private static bool IsWrite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && (request.Path.StartsWithSegments("/rooms") || request.Path.StartsWithSegments("/recordings"));

    private static bool IsFromAllowedOrigin(HttpContext context) =>
        context.Request.Headers.Origin is [{ } origin] && AllowedOrigins.IsAllowed(context, origin);

    private static bool IsFromHere(HttpRequest request)
    {
        // https://www.w3.org/TR/fetch-metadata/: sent to https and localhost only, and never under a script's control.
        if (request.Headers["Sec-Fetch-Site"] is [var site, ..])
            return site is "same-origin" or "none";

        // https://www.rfc-editor.org/rfc/rfc6454: with every write. The scheme is left out: a proxy may end TLS.
        if (request.Headers.Origin is not [var origin, ..])
            return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && Uri.TryCreate($"{from.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var here)
            && string.Equals(from.IdnHost, here.IdnHost, StringComparison.OrdinalIgnoreCase)
            && from.Port == here.Port;
    }
}
