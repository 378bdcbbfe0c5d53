using System.Globalization;
using System.Text.Json;
using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// Turns what goes wrong in the routes of rooms and recordings into problem answers, and lets no answer be cached.
/// </summary>
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
                LogMeetFailed(exception.Message, PrintableText.Of(exception.InnerException?.Message));
            if (exception.RetryAfter is { } wait)
                headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problem.Answer(exception.Status, exception.Message, MembersOf(exception));
        }
        catch (JsonException)
        {
            return Problem.Answer(StatusCodes.Status400BadRequest, "The body is not the expected JSON object.");
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> MembersOf(MeetException exception)
    {
        if (exception.Error is { } error)
            yield return new("error", error);
        if (exception.Details is { } details)
            yield return new("details", details.ToArray());
    }

    [LoggerMessage(LogLevel.Warning, "{Problem} {Cause}")]
    private partial void LogMeetFailed(string problem, string? cause);
}
