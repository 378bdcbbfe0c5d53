using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.Api.Recordings;
using MeetWebhooks.Api.Rooms;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MeetWebhooks.Api;

/// <summary>
/// The Api: validates OpenVidu Meet's webhooks and appends them to the log, carries out commands, and compares what is known
/// with Meet's own lists.
/// </summary>
public static class ApiApplication
{
    /// <summary>Adds what the Api needs.</summary>
    /// <param name="builder">The application.</param>
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWebhookLog();
        builder.Services.AddHealthChecks().AddCheck<WebhookLogHealth>("log");
        builder.AddMeet();
        builder.Services.AddReconciliation();
        builder.Services.AddWebhooks();
        // A request is handled on the thread that read it; nothing here blocks one.
        builder.Services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
        return builder;
    }

    /// <summary>Maps the Api's routes.</summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseProblems();
        app.MapWebhooks();
        app.MapRooms();
        app.MapRecordings();
        app.MapReconciliation();
        return app;
    }
}
