using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>The error answers that a route gives by itself.</summary>
public static class Problem
{
    /// <summary>
    /// An <see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see> problem with the sentence as its
    /// <c>detail</c>.
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">A sentence that says what to do.</param>
    /// <param name="extensions">Further members of the problem.</param>
    public static ProblemHttpResult Answer(
        int status, string message, params IEnumerable<KeyValuePair<string, object?>> extensions) =>
        TypedResults.Problem(message, statusCode: status, extensions: extensions);

    /// <summary>Like <see cref="Answer"/>, with 503 and the advice to try again in a second.</summary>
    /// <param name="response">The response, for its header <c>Retry-After</c>.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public static ProblemHttpResult Unavailable(HttpResponse response, string message)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.RetryAfter = "1";
        return Answer(StatusCodes.Status503ServiceUnavailable, message);
    }
}
