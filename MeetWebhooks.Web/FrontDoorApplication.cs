using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Changes;
using MeetWebhooks.Web.Connections;
using MeetWebhooks.Web.Streams;
using MeetWebhooks.Web.Forwarding;
using MeetWebhooks.Web.Lists;
using MeetWebhooks.Web.Page;
using MeetWebhooks.Web.Security;

namespace MeetWebhooks.Web;

/// <summary>
/// A Web replica, the front door: serves the page, relays the log's events to browsers, answers with lists from its memory,
/// and forwards the rest to the Api.
/// </summary>
public static class FrontDoorApplication
{
    /// <summary>Adds what a replica needs; service discovery must be added beside it.</summary>
    /// <param name="builder">The application.</param>
    public static WebApplicationBuilder AddWeb(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWebhookLog();
        builder.Services.AddPathBase();
        builder.Services.AddPage();
        builder.AddTrustedProxies();
        AllowedHosts.AddTo(builder.Services);
        builder.Services.AddAllowedOrigins();
        builder.Services.AddBrowserConnections();
        builder.Services.AddStreams();
        builder.Services.AddChanges();
        builder.Services.AddLists();
        builder.Services.AddForwarding();
        return builder;
    }

    /// <summary>Maps a replica's routes.</summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseBrowserConnections();
        app.UseForwardedHeaders();
        app.UsePublicPathBase();
        app.UseRouting();
        app.UseSecurityHeaders();
        app.UseMiddleware<AllowedHosts>();
        app.UseProblems();
        app.UseAllowedOrigins();
        app.UseSameOriginWrites();
        app.UseRateLimiter();
        app.MapPage();
        app.MapStreams();
        app.MapChanges();
        app.MapLists();
        app.MapForwarding();
        return app;
    }
}
