namespace MeetWebhooks.Web.Forwarding;

/// <summary>Settings of what is forwarded to the Api, section <c>Api</c>.</summary>
public sealed class ForwardingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Api";

    /// <summary>
    /// The largest body that is taken, in bytes: as much as the Api may be set to take as a webhook. What is larger is
    /// refused here, because the Api's refusal would only be heard after the whole body.
    /// </summary>
    internal const int LargestBody = 1024 * 1024;

    // OpenVidu Meet waits for 5 seconds.
    private static readonly TimeSpan LongestWebhook = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long the Api may be silent during a request. 1 minute by default: longer than it waits for OpenVidu Meet. For a
    /// webhook it is 4 seconds at most, so that OpenVidu Meet still gets the answer.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    internal TimeSpan WebhookTimeout => Timeout < LongestWebhook ? Timeout : LongestWebhook;
}
