namespace MeetWebhooks.Web.Security;

/// <summary>Headers that have browsers do less with an answer than they might.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Sets the headers on every answer. The page's Content-Security-Policy is its own; all else is no document and gets
    /// one that allows nothing.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            // At the last moment, as an error's answer begins by clearing the headers.
            context.Response.OnStarting(static response =>
            {
                var headers = ((HttpResponse)response).Headers;
                headers.XContentTypeOptions = "nosniff";
                // Elsewhere the origin alone: Meet's element needs it, and a path tells of a room.
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                if (headers.ContentSecurityPolicy.Count == 0)
                    headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                return Task.CompletedTask;
            }, context.Response);
            return next(context);
        });
}
