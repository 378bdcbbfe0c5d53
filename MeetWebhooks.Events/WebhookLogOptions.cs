using System.ComponentModel.DataAnnotations;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>Settings of the log, section <c>Events</c>. All processes that share a log must have the same ones.</summary>
public sealed class WebhookLogOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Events";

    /// <summary>How many events the log keeps; older ones are dropped as new ones are appended. 10,000 by default.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Events:RetainedEvents must lie between 1 and 1000000.")]
    public int RetainedEvents { get; set; } = 10_000;

    /// <summary>How long the log keeps an event; older ones are dropped as new ones are appended. 24 hours by default.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "365.00:00:00",
        ErrorMessage = "Events:RetainedFor must lie between 00:00:10 (10 seconds) and 365.00:00:00 (a year).")]
    public TimeSpan RetainedFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long Redis may take for one answer. 2 seconds by default: a webhook must be answered within the 5 seconds
    /// that OpenVidu Meet waits.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00",
        ErrorMessage = "Events:Timeout must lie between 00:00:00.050 and 00:01:00 (1 minute).")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a follower compares its position with the log's, so that a lost message is noticed even where no
    /// further one comes. 2 seconds by default.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00",
        ErrorMessage = "Events:CheckInterval must lie between 00:00:00.050 and 00:01:00 (1 minute).")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The prefix of the log's keys in Redis, so that several installations can share one server.</summary>
    [RegularExpression("[A-Za-z0-9_:.-]{1,64}",
        ErrorMessage = "Events:KeyPrefix must have 1 to 64 of the characters A-Z, a-z, 0-9 and _ : . -")]
    public string KeyPrefix { get; set; } = "meet-webhooks";

    /// <summary>
    /// Where Redis is (<c>ConnectionStrings:redis</c>), for example <c>localhost:6379</c>. It can contain a password and is
    /// never part of a message.
    /// </summary>
    internal string? ConnectionString { get; set; }

    /// <summary>Whether the Redis client can read <see cref="ConnectionString"/>.</summary>
    internal bool IsConnectionStringValid()
    {
        try
        {
            return ConfigurationOptions.Parse(ConnectionString ?? "").EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
