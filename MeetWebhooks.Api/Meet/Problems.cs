using System.Globalization;
using System.Text.Json;
using MeetWebhooks.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// Errors as answers: <c>application/problem+json</c> (RFC 9457), whose <c>detail</c> is also in <c>message</c>, which
/// the tutorial's clients read.
/// </summary>
internal static class Problems
{
    /// <summary>An error.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public static ProblemHttpResult Of(int status, string message) => Of(status, message, []);

    /// <summary>Meet's error, with its code and the fields that it names.</summary>
    public static ProblemHttpResult Of(MeetException exception)
    {
        var more = new Dictionary<string, object?>();
        if (exception.Error is { } error)
            more["error"] = error;
        if (exception.Details is { } details)
            more["details"] = details.ToArray();
        return Of(exception.Status, exception.Message, more);
    }

    private static ProblemHttpResult Of(int status, string message, Dictionary<string, object?> more)
    {
        more["message"] = message;
        return TypedResults.Problem(message, statusCode: status, extensions: more);
    }
}

/// <summary>Turns what goes wrong in the routes of rooms and recordings into problem answers, and lets none be cached.</summary>
internal sealed partial class ProblemFilter(ILogger<ProblemFilter> logger) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (MeetException exception)
        {
            if (exception.Status >= StatusCodes.Status500InternalServerError)
                LogMeetFailed(exception, exception.Message);
            if (exception.RetryAfter is { } wait)
                headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Of(exception);
        }
        catch (EventLogUnavailableException exception)
        {
            LogNoPosition(exception);
            headers.RetryAfter = "1";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            return Problems.Of(
                exception.StatusCode,
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? "The body is too large."
                    : "The body broke off or came too slowly.");
        }
        catch (JsonException)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "The body is not the JSON object that is expected here.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogMeetFailed(Exception exception, string problem);

    [LoggerMessage(LogLevel.Warning, "A list was not answered: without a position in the log it could not be kept up to date.")]
    private partial void LogNoPosition(Exception exception);
}
