using Microsoft.Extensions.Options;

namespace MeetWebhooks.Simulator;

/// <summary>Lets nobody in without the API key, or without a recording's secret to that recording.</summary>
internal sealed class ApiKeyFilter(IOptionsMonitor<SimulatorOptions> options, MeetState meet) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (HttpMethods.IsOptions(request.Method) || HasSecret(request))
            return next(context);

        if (request.Headers["X-API-KEY"].ToString() is not { Length: > 0 } key)
            throw MeetError.Unauthorized("Unauthorized");
        return key == options.CurrentValue.ApiKey ? next(context) : throw MeetError.Unauthorized("Invalid API key");
    }

    // A secret stands in for the key where a recording is read, and a wrong one is an error even beside the right key.
    private bool HasSecret(HttpRequest request)
    {
        if (request.RouteValues["recordingId"] is not string recordingId
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            || request.Path.Value!.EndsWith("/url", StringComparison.Ordinal)
            || request.Query["secret"].ToString() is not { Length: > 0 } secret
            || meet.SecretsOf(recordingId) is not { } secrets)
            return false;
        if (secret == secrets.Public)
            return true;
        // The link that needs a login opens nothing by itself.
        return secret == secrets.Private ? false : throw new MeetError(
            StatusCodes.Status400BadRequest, "Recording Error",
            $"Secret '{secret}' is not recognized for recording '{recordingId}'");
    }
}
