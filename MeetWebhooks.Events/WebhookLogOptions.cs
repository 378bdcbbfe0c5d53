using System.Buffers;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>Settings of the log, section <c>Events</c>. All processes that share a log must have the same ones.</summary>
public sealed class WebhookLogOptions
{
    private static readonly SearchValues<char> KeyPrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-");

    /// <summary>The section's name.</summary>
    public const string Section = "Events";

    /// <summary>How many events the log keeps; older ones are dropped as new ones are appended. 10,000 by default.</summary>
    public int RetainedEvents { get; set; } = 10_000;

    /// <summary>
    /// How many bytes of events the log keeps in Redis, and each replica in memory; older ones are dropped as new ones are
    /// appended. 64 MiB by default.
    /// </summary>
    public long RetainedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long the log keeps an event; older ones are dropped as new ones are appended. 24 hours by default.</summary>
    public TimeSpan RetainedFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long Redis may take for one answer. 2 seconds by default: a webhook must be answered within the 5 seconds
    /// that OpenVidu Meet waits.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a follower compares its position with the log's, so that a lost message is noticed even where no
    /// further one comes. 2 seconds by default.
    /// </summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The prefix of the log's keys in Redis, so that several installations can share one server.</summary>
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

    /// <summary>Whether <see cref="KeyPrefix"/> can be part of a key.</summary>
    internal bool IsKeyPrefixValid() =>
        KeyPrefix is { Length: >= 1 and <= 64 } && !KeyPrefix.AsSpan().ContainsAnyExcept(KeyPrefixCharacters);
}
