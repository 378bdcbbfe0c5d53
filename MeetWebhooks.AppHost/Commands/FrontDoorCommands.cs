using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace MeetWebhooks.AppHost.Commands;

/// <summary>What the dashboard can do at the front door.</summary>
internal static class FrontDoorCommands
{
    /// <summary>Adds commands that open the page, create a room, and send a signed test webhook.</summary>
    /// <param name="builder">The front door.</param>
    /// <param name="meet">The OpenVidu Meet whose API key signs the webhook.</param>
    public static IResourceBuilder<ProjectResource> WithFrontDoorCommands(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<IMeetResource> meet) => builder
        .WithOpenCommand("open-page", "Open the page", "http")
        .WithHttpCommand("/rooms", "Create a room", commandName: "create-room", commandOptions: new()
        {
            Description = "Creates a room in OpenVidu Meet, and shows it with its links.",
            IconName = "AddCircle",
            Arguments =
            [
                new() { Name = "name", Label = "Name", InputType = InputType.Text, Required = true, Value = "Room" },
            ],
            PrepareRequest = context =>
            {
                context.Request.Content = JsonContent.Create(new { roomName = context.Arguments.GetString("name") });
                return Task.CompletedTask;
            },
            GetCommandResult = context => context.Response.ToCommandResultAsync(context.CancellationToken),
        })
        .WithHttpCommand("/webhook", "Send a test webhook", commandName: "send-test-webhook", commandOptions: new()
        {
            Description = "Sends a testEvent, signed as OpenVidu Meet signs.",
            IconName = "SendClock",
            PrepareRequest = async context =>
                Sign(context.Request, await meet.Resource.ApiKey.GetValueAsync(context.CancellationToken) ?? ""),
            GetCommandResult = async context => context.Response.IsSuccessStatusCode
                ? CommandResults.Success(
                    "The webhook was accepted.",
                    await context.Response.RequestMessage!.Content!.ReadAsStringAsync(context.CancellationToken),
                    CommandResultFormat.Json)
                : await context.Response.ToCommandResultAsync(context.CancellationToken),
        });

    // OpenVidu Meet's testEvent, headers and signature: https://openvidu.io/latest/meet/embedded/reference/webhooks/
    // While a key is being replaced there are several, the new one first.
    private static void Sign(HttpRequestMessage request, string apiKeys)
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var body = $$$"""
            {"event":"testEvent","creationDate":{{{timestamp}}},"data":{"message":"A test from the dashboard"}}
            """;
        var key = Encoding.UTF8.GetBytes(apiKeys.Split(',')[0].Trim());
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("X-Timestamp", timestamp);
        request.Headers.Add("X-Signature", Convert.ToHexStringLower(signature));
    }
}
