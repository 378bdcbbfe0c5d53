using System.Diagnostics;
using System.Text.Json;

namespace MeetWebhooks.AppHost.Commands;

/// <summary>What the commands in the dashboard have in common.</summary>
internal static class CommandExtensions
{
    /// <summary>Adds a command that opens an endpoint's URL in a browser on this machine.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="displayName">The text of its button.</param>
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
                    return Task.FromResult(CommandResults.Success($"Opened {url}"));
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    return Task.FromResult(CommandResults.Failure($"No browser was found here. Open {url} yourself."));
                }
            },
            new CommandOptions
            {
                IconName = "Open",
                IsHighlighted = true,
                UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                    ? ResourceCommandState.Enabled
                    : ResourceCommandState.Disabled,
            });

    /// <summary>Makes an HTTP response a command's result, with its message and its JSON.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Cancels reading the body.</param>
    public static async Task<ExecuteCommandResult> ToCommandResultAsync(
        this HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var message = MessageOf(body) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}";
        return response.IsSuccessStatusCode
            ? CommandResults.Success(message, body, CommandResultFormat.Json)
            : CommandResults.Failure(message, body, CommandResultFormat.Json);
    }

    private static string? MessageOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
