using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>How every error is answered.</summary>
public static class Problem
{
    /// <summary>
    /// An <see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see> problem whose sentence stands in
    /// <c>detail</c> and also in <c>message</c>, where clients of OpenVidu Meet's own API look for it.
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">A sentence that says what to do.</param>
    /// <param name="more">Further members of the problem.</param>
    public static ProblemHttpResult Answer(
        int status, string message, params IEnumerable<KeyValuePair<string, object?>> more) =>
        TypedResults.Problem(message, statusCode: status, extensions: [new("message", message), .. more]);

    /// <summary>As <see cref="Answer"/>, with 503, and with the advice to try again in a second.</summary>
    /// <param name="response">The response, for its header <c>Retry-After</c>.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public static ProblemHttpResult Unavailable(HttpResponse response, string message)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.RetryAfter = "1";
        return Answer(StatusCodes.Status503ServiceUnavailable, message);
    }
}
