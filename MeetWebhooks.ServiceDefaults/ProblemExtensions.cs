using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Answers every error with a problem, including errors that no route handles.</summary>
public static class ProblemExtensions
{
    /// <summary>
    /// Answers unknown routes, wrong methods, invalid requests and failures with a problem. It reveals nothing of the
    /// server's internals, in development either: those are in the log.
    /// </summary>
    /// <param name="app">The service.</param>
    public static WebApplication UseProblems(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => exception switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                _ when IsInvalidRequest(exception) => StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status500InternalServerError,
            },
            // The client's fault: nothing for an operator to look at.
            SuppressDiagnosticsCallback = context => IsInvalidRequest(context.Exception),
        });
        app.Use(CloseAfterInvalidRequestAsync);
        app.UseStatusCodePages();
        return app;
    }

    internal static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        return services.AddProblemDetails(options => options.CustomizeProblemDetails = Describe);
    }

    // Clients of OpenVidu Meet's own API look for the sentence in "message".
    private static void Describe(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Detail ??= SentenceFor(problem.Status ?? context.HttpContext.Response.StatusCode);
        problem.Extensions["message"] = problem.Detail;
    }

    private static string SentenceFor(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is invalid, or its body ended early.",
        StatusCodes.Status404NotFound => "There is nothing at this path.",
        StatusCodes.Status405MethodNotAllowed =>
            "This path doesn't support this method; the header Allow lists those it does.",
        StatusCodes.Status408RequestTimeout => "The body arrived too slowly.",
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status500InternalServerError => "Something went wrong on the server. Its log has the details.",
        _ => $"{ReasonPhrases.GetReasonPhrase(status)}.",
    };

    // Kestrel has the first kind of exception for most of what is wrong with a request, and the second for a chunk's
    // size that does not fit into an integer.
    private static bool IsInvalidRequest(Exception exception) =>
        exception is BadHttpRequestException or IOException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" };

    // Kestrel keeps the connection open when the exception handler answers, and would then fail on the unread rest of
    // the request with a warning.
    private static async Task CloseAfterInvalidRequestAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsInvalidRequest(exception))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            throw;
        }
    }
}
