using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>
/// Writes a problem whatever the request accepts. The framework's writer leaves the answer empty where a client accepts
/// only <c>text/event-stream</c>, as every browser's EventSource does.
/// </summary>
internal sealed class ProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => true;

    /// <inheritdoc/>
    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        options.Value.CustomizeProblemDetails?.Invoke(context);
        return new(context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, options: null, "application/problem+json"));
    }
}
