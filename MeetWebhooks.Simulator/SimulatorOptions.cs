using System.ComponentModel.DataAnnotations;

namespace MeetWebhooks.Simulator;

/// <summary>Settings of the simulated OpenVidu Meet, section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Simulator";

    /// <summary>The API key: what requests must carry, and what signs webhooks. <c>meet-api-key</c> by default.</summary>
    [Required(ErrorMessage = "Simulator:ApiKey must not be empty.")]
    public string ApiKey { get; set; } = "meet-api-key";

    /// <summary>Where webhooks are delivered. <c>http://localhost:6080/webhook</c> by default; empty sends none.</summary>
    [RegularExpression("https?://.+", ErrorMessage =
        "Simulator:WebhookUrl must be an address like http://localhost:6080/webhook, or empty to send no webhooks.")]
    public string WebhookUrl { get; set; } = "http://localhost:6080/webhook";

    /// <summary>
    /// Scheme and host of all links. Empty by default: then they are those of the last request that anybody made, as with
    /// the real one.
    /// </summary>
    [RegularExpression("https?://[^/]+", ErrorMessage =
        "Simulator:BaseUrl must be scheme and host like https://meet.example.com, or empty to follow the last request.")]
    public string BaseUrl { get; set; } = "";

    /// <summary>How long a recording takes to start, and to end. 1 second by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00",
        ErrorMessage = "Simulator:RecordingDelay must lie between 00:00:00 and 00:01:00 (1 minute).")]
    public TimeSpan RecordingDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a participant whose page gives no sign of life stays in a meeting. 90 seconds by default, as a page in the
    /// background may be let run only once a minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00",
        ErrorMessage = "Simulator:ParticipantTimeout must lie between 00:00:01 and 00:10:00 (10 minutes).")]
    public TimeSpan ParticipantTimeout { get; set; } = TimeSpan.FromSeconds(90);
}
