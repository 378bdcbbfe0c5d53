using System.Globalization;
using MeetWebhooks.Simulator.Meetings;
using MeetWebhooks.Simulator.Pages;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;
using MeetWebhooks.Simulator.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeetWebhooks.Simulator;

/// <summary>
/// An OpenVidu Meet that needs no Docker: the REST API, the web component and the signed webhooks of version 3.4.0, with
/// meetings and recordings that are only simulated. Its state is in memory.
/// </summary>
public static class SimulatorApplication
{
    /// <summary>Adds what the simulator needs.</summary>
    /// <param name="builder">The application.</param>
    public static WebApplicationBuilder AddSimulator(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks();
        builder.Services.AddOptions<SimulatorOptions>()
            .BindConfiguration(SimulatorOptions.Section)
            .Validate(options => options.ApiKey.Length > 0, "Simulator:ApiKey must not be empty.")
            .Validate(
                options => options.WebhookUrl.Length == 0 || SimulatorOptions.IsHttp(options.WebhookUrl),
                "Simulator:WebhookUrl must be an address like http://localhost:6080/webhook, or empty to send no webhooks.")
            .Validate(
                options => options.BaseUrl.Length == 0
                    || (SimulatorOptions.IsHttp(options.BaseUrl) && options.BaseUrl.Count(character => character == '/') == 2),
                "Simulator:BaseUrl must be scheme and host like https://meet.example.com, or empty to follow the last request.")
            .Validate(
                options => options.RecordingDelay >= TimeSpan.Zero && options.RecordingDelay <= TimeSpan.FromMinutes(1),
                "Simulator:RecordingDelay must be between 00:00:00 and 00:01:00 (1 minute).")
            .Validate(
                options => options.ParticipantTimeout >= TimeSpan.FromSeconds(1)
                    && options.ParticipantTimeout <= TimeSpan.FromMinutes(10),
                "Simulator:ParticipantTimeout must be between 00:00:01 and 00:10:00 (10 minutes).")
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpClient(WebhookSender.Client, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
            });
        builder.Services.AddSingleton<Links>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<MeetState>();
        builder.Services.AddHostedService<VanishedParticipants>();
        return builder;
    }

    /// <summary>Maps the simulator's routes.</summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapSimulator(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(AnswerErrorsAsync);
        app.Use(FollowLinksAsync);
        app.UseRouting();

        var api = app.MapGroup("/api/v1").AddEndpointFilter<ApiKeyFilter>();
        api.MapRooms();
        api.MapRecordings();
        api.MapMethods("/{**path}", [HttpMethods.Options], AllowFromAnywhere);
        app.Map("/api/v1/{**path}", IResult () => throw new MeetError(
            StatusCodes.Status404NotFound, "Path Not Found", "API path not implemented"));

        app.MapWebhookTest();
        app.MapSimulation();
        app.MapPages();
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive");
        return app;
    }

    private static async Task AnswerErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (MeetError error)
        {
            await MeetRequest.Json(error.Answer, SimulatorJson.Meet.ErrorAnswer, error.Status).ExecuteAsync(context);
        }
        catch (HtmlError error)
        {
            await Results.Text(error.Page, "text/html; charset=utf-8", statusCode: error.Status).ExecuteAsync(context);
        }
    }

    private static async Task FollowLinksAsync(HttpContext context, RequestDelegate next)
    {
        context.RequestServices.GetRequiredService<Links>().Follow(context.Request);
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            || context.Request.Path.StartsWithSegments("/internal-api", StringComparison.Ordinal))
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowCredentials = "true";
            if (!IsWellFormed(context))
                throw new HtmlError(StatusCodes.Status400BadRequest, "Bad Request");
        }

        await next(context);
    }

    private static IResult AllowFromAnywhere(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        headers.Vary = "Access-Control-Request-Headers";
        return Results.NoContent();
    }

    // A % that begins no character is an error of its own with the real one.
    private static bool IsWellFormed(HttpContext context)
    {
        var path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        for (var percent = path.IndexOf('%', StringComparison.Ordinal); percent >= 0;
             percent = path.IndexOf('%', percent + 1))
        {
            if (percent + 2 >= path.Length
                || !byte.TryParse(path.AsSpan(percent + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
                return false;
        }

        return !Uri.UnescapeDataString(path).Contains('%', StringComparison.Ordinal);
    }
}
