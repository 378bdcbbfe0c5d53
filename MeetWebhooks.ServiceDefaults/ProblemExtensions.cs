using Microsoft.AspNetCore.Builder;
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
        app.UseStatusCodePages(pages => AnswerAsync(pages.HttpContext));
        return app;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return Problem.Answer(status, status switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this path.",
            StatusCodes.Status405MethodNotAllowed => "This path doesn't take this method; the header Allow says which it does.",
            StatusCodes.Status408RequestTimeout => "The body came too slowly.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large.",
            StatusCodes.Status500InternalServerError => "Something went wrong here. The server's log tells what.",
            _ => $"{ReasonPhrases.GetReasonPhrase(status)}.",
        }).ExecuteAsync(context);
    }
}
