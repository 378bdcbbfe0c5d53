using System.Buffers;
using System.Net;
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
    /// Where Redis is (<c>ConnectionStrings:redis</c>), for example <c>localhost:6379</c> or <c>redis://localhost</c>. It can
    /// contain a password and is never part of a message.
    /// </summary>
    internal string? ConnectionString { get; set; }

    private string[] ConnectionStringParts =>
        ConnectionString?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>
    /// Whether <see cref="ConnectionString"/> is a URL, or addresses and then options. What follows a comma in a password
    /// is neither; the Redis client would take it for another address, and log it as one.
    /// </summary>
    internal bool IsConnectionStringValid()
    {
        if (RedisUrl.TryParse(ConnectionString, out _))
            return true;

        try
        {
            var addresses = ConnectionStringParts.TakeWhile(part => !IsOption(part)).ToArray();
            return addresses.Length > 0
                && addresses.All(IsAddress)
                && ConnectionStringParts[addresses.Length..].All(IsOption)
                && ConfigurationOptions.Parse(ConnectionString!).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }

        static bool IsOption(string part) => part.Contains('=', StringComparison.Ordinal);

        static bool IsAddress(string part) => EndPointCollection.TryParse(part) switch
        {
            null => false,
            DnsEndPoint name => Uri.CheckHostName(name.Host) != UriHostNameType.Unknown,
            _ => true,
        };
    }

    /// <summary>
    /// Whether <see cref="ConnectionString"/> has a prefix for channels. Scripts publish without it, so nobody would hear
    /// them.
    /// </summary>
    internal bool HasChannelPrefix() =>
        ConnectionStringParts.Any(part => part.StartsWith("channelPrefix", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether <see cref="KeyPrefix"/> can be part of a key.</summary>
    internal bool IsKeyPrefixValid() =>
        KeyPrefix is { Length: >= 1 and <= 64 } && !KeyPrefix.AsSpan().ContainsAnyExcept(KeyPrefixCharacters);
}
