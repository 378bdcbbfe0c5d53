using System.Text.Json;

namespace MeetWebhooks.Simulator.Webhooks;

/// <summary><c>POST /internal-api/v1/config/webhooks/test</c>: the console's test of a webhook, which needs no login.</summary>
internal static class WebhookTest
{
    public static void MapWebhookTest(this IEndpointRouteBuilder app) =>
        app.MapPost("/internal-api/v1/config/webhooks/test", TestAsync);

    private static async Task<IResult> TestAsync(HttpRequest request, WebhookSender webhooks)
    {
        var check = new JsonCheck();
        var url = check.Required(await MeetRequest.ReadJsonAsync(request), "url", JsonValueKind.String) is { } text
            ? JsonCheck.Text(text)
            : null;
        if (url is not null && !url.StartsWith("http://", StringComparison.Ordinal)
            && !url.StartsWith("https://", StringComparison.Ordinal))
            check.Wrong("url", "URL must start with http:// or https://");
        check.ThrowIfWrong();

        var wrong = Uri.TryCreate(url, UriKind.Absolute, out var address)
            ? await webhooks.TestAsync(address, request.HttpContext.RequestAborted)
            : "Connection refused by server";
        return wrong is null
            ? MeetRequest.Say("Webhook URL is valid")
            : throw new MeetError(
                StatusCodes.Status400BadRequest, "Webhook Error", $"Webhook URL '{url}' is invalid: {wrong}");
    }
}
