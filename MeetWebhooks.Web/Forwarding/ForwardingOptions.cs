namespace MeetWebhooks.Web.Forwarding;

/// <summary>Settings of what is forwarded to the Api, section <c>Api</c>.</summary>
public sealed class ForwardingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Api";

    /// <summary>
    /// The largest body that is taken, in bytes: as much as the Api may be set to take as a webhook. What is larger is
    /// refused here, as the Api's refusal would only be heard after the whole body.
    /// </summary>
    internal const int LargestBody = 1024 * 1024;

    /// <summary>How long the Api may be silent during a request. 1 minute by default: longer than it waits for Meet.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);
}
