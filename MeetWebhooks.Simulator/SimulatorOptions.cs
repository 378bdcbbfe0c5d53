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
    public string WebhookUrl { get; set; } = "http://localhost:6080/webhook";

    /// <summary>
    /// Scheme and host of all links. Empty by default: then they are those of the last request that anybody made, as with
    /// the real one.
    /// </summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>How long a recording takes to start, and to end. 1 second by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00",
        ErrorMessage = "Simulator:RecordingDelay must lie between 00:00:00 and 00:01:00 (1 minute).")]
    public TimeSpan RecordingDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a participant whose page gives no sign of life stays in a meeting. 20 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00",
        ErrorMessage = "Simulator:ParticipantTimeout must lie between 00:00:01 and 00:10:00 (10 minutes).")]
    public TimeSpan ParticipantTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
