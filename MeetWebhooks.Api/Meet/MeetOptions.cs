namespace MeetWebhooks.Api.Meet;

/// <summary>
/// Where OpenVidu Meet is and how it knows this application: section <c>Meet</c>. A class without a text of its own, so
/// that logging it never shows the key.
/// </summary>
internal sealed class MeetOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Meet";

    /// <summary>
    /// Meet's address, with a path where it has one (since 3.6.0 <c>/meet</c> by default). Falls back to
    /// <c>OV_MEET_SERVER_URL</c>, then to <c>http://localhost:9080</c>.
    /// </summary>
    public string ServerUrl { get; set; } = "";

    /// <summary>
    /// Meet's API key. While it is rotated, the new and the old one with a comma between: requests carry the first,
    /// webhooks may be signed with any. Falls back to <c>OV_MEET_API_KEY</c>, then, in development only, to
    /// <c>meet-api-key</c>.
    /// </summary>
    public string ApiKey { get; set; } = "";

    /// <summary>How many times <see cref="Timeout"/> a whole list may take.</summary>
    public const int ListTimeouts = 3;

    /// <summary>
    /// How long Meet may take for one answer, from connecting to the last byte. 10 seconds by default. With a repeat
    /// after a failure, a request never takes more than twice that, and a list of many pages more than three times.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often Meet's lists are compared with what is known. 15 seconds by default, and never more often than every ten
    /// times as long as it takes.
    /// </summary>
    public TimeSpan ReconciliationInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The keys of <see cref="ApiKey"/>, in order.</summary>
    public IReadOnlyList<string> ApiKeys() =>
        ApiKey.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
