using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Has every error be a problem, also those that no route answers itself.</summary>
public static class ProblemExtensions
{
    /// <summary>
    /// Answers unknown routes, wrong methods, broken requests and failures with a problem that tells nothing of the
    /// server's insides, in development too: those stand in the log.
    /// </summary>
    /// <param name="app">The service.</param>
    public static WebApplication UseProblems(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => exception is BadHttpRequestException bad
                ? bad.StatusCode
                : StatusCodes.Status500InternalServerError,
            // The client's fault: nothing for an operator to look at.
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
            ExceptionHandler = context => AnswerAsync(context),
        });
        app.Use(CloseAfterBrokenRequestAsync);
        app.UseStatusCodePages(pages => AnswerAsync(pages.HttpContext));
        return app;
    }

    // Kestrel goes on with the connection where an exception of its own is handled, and stumbles over what was left
    // unread, with a warning.
    private static async Task CloseAfterBrokenRequestAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException)
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            throw;
        }
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return Problem.Answer(status, status switch
        {
            StatusCodes.Status400BadRequest => "The request is broken, or its body broke off.",
            StatusCodes.Status404NotFound => "There is nothing at this path.",
            StatusCodes.Status405MethodNotAllowed => "This path doesn't take this method; the header Allow says which it does.",
            StatusCodes.Status408RequestTimeout => "The body came too slowly.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large.",
            StatusCodes.Status500InternalServerError => "Something went wrong here. The server's log tells what.",
            _ => $"{ReasonPhrases.GetReasonPhrase(status)}.",
        }).ExecuteAsync(context);
    }
}
