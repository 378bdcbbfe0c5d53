namespace MeetWebhooks.Api.Webhooks;

/// <summary>Settings of the webhook's validation, section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Webhooks";

    /// <summary>
    /// A delivery whose timestamp is this far behind or ahead of now, or further, is refused: it may be a replay. 2
    /// minutes by default, and at least 1 minute: OpenVidu Meet repeats a delivery for up to 34 seconds with the
    /// timestamp of the first attempt, and two clocks never agree.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest body that is read, in bytes. 256 KiB by default; real ones have less than 2 KiB.</summary>
    public int MaxBodySize { get; set; } = 256 * 1024;
}
