using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace MeetWebhooks.AppHost;

/// <summary>What can be done to a resource from the dashboard.</summary>
internal static class DashboardCommands
{
    /// <summary>Adds to the front door: open the page, create a room, send a signed test webhook.</summary>
    /// <param name="builder">The front door.</param>
    /// <param name="apiKey">The key that signs.</param>
    public static IResourceBuilder<ProjectResource> WithFrontDoorCommands(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> apiKey) => builder
        .WithOpenCommand("open-page", "Open the page", "http")
        .WithHttpCommand("/rooms", "Create a room", commandName: "create-room", commandOptions: new()
        {
            Description = "Creates a room in OpenVidu Meet.",
            IconName = "AddCircle",
            Arguments = [new() { Name = "name", Label = "Name", InputType = InputType.Text, Required = true, Value = "Room" }],
            PrepareRequest = context =>
            {
                context.Request.Content = JsonContent.Create(new { roomName = context.Arguments.GetString("name") });
                return Task.CompletedTask;
            },
            GetCommandResult = context => context.Response.ToResultAsync(context.CancellationToken),
        })
        .WithHttpCommand("/webhook", "Send a test webhook", commandName: "send-test-webhook", commandOptions: new()
        {
            Description = "Sends a testEvent, signed as OpenVidu Meet signs.",
            IconName = "SendClock",
            PrepareRequest = async context => Sign(
                context.Request, await apiKey.Resource.GetValueAsync(context.CancellationToken) ?? ""),
            GetCommandResult = context => context.Response.ToResultAsync(context.CancellationToken),
        });

    /// <summary>Adds a command that opens an endpoint's address in this machine's browser.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="displayName">What its button says.</param>
    /// <param name="endpointName">The endpoint.</param>
    public static IResourceBuilder<T> WithOpenCommand<T>(
        this IResourceBuilder<T> builder, string name, string displayName, string endpointName)
        where T : IResourceWithEndpoints =>
        builder.WithCommand(
            name,
            displayName,
            _ =>
            {
                var url = builder.GetEndpoint(endpointName).Url;
                try
                {
                    using var browser = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
                    return Task.FromResult(CommandResults.Success());
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    return Task.FromResult(CommandResults.Failure($"No browser was found here. Open {url} yourself."));
                }
            },
            new CommandOptions { IconName = "Open", IsHighlighted = true, UpdateState = WhileRunning });

    /// <summary>Offers a command while its resource runs.</summary>
    public static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
            ? ResourceCommandState.Enabled
            : ResourceCommandState.Disabled;

    /// <summary>A command's result: what the answer says, where it says that something went wrong.</summary>
    public static async Task<ExecuteCommandResult> ToResultAsync(
        this HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
            ? CommandResults.Success()
            : CommandResults.Failure(
                $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");

    // OpenVidu Meet's header names, its signature, and its testEvent:
    // https://openvidu.io/latest/meet/embedded/reference/webhooks/
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
