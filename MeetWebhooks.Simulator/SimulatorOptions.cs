namespace MeetWebhooks.Simulator;

/// <summary>Settings of the simulated OpenVidu Meet, section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Simulator";

    /// <summary>The API key: what requests must carry, and what signs webhooks. <c>meet-api-key</c> by default.</summary>
    public string ApiKey { get; set; } = "meet-api-key";

    /// <summary>Where webhooks are delivered. <c>http://localhost:6080/webhook</c> by default; empty sends none.</summary>
    public string WebhookUrl { get; set; } = "http://localhost:6080/webhook";

    /// <summary>
    /// Scheme and host of all links. Empty by default: then they are those of the last request that anybody made, as with
    /// the real one.
    /// </summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>How long a recording takes to start, and to end. 1 second by default.</summary>
    public TimeSpan RecordingDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a participant whose page gives no sign of life stays in a meeting. 90 seconds by default, as a page in the
    /// background may be let run only once a minute.
    /// </summary>
    public TimeSpan ParticipantTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether a text is an absolute HTTP address.</summary>
    internal static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}
