using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Recordings;
using MeetWebhooks.Api.Rooms;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MeetWebhooks.Api;

/// <summary>
/// The Api: takes OpenVidu Meet's webhooks in, appends them to the log, and knows Meet's rooms and recordings.
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
        return app;
    }
}
