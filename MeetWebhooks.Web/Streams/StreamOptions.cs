using System.Net;

namespace MeetWebhooks.Web.Streams;

/// <summary>Settings of streams, section <c>Streams</c>.</summary>
public sealed class StreamOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Streams";

    private const int DefaultMaxStreams = 1_000;

    /// <summary>How often a stream without events carries a heartbeat. 15 seconds by default.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a browser waits before it reconnects: this time, and up to as long again, which differs from stream to
    /// stream. 1 second by default.
    /// </summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many streams one address (for IPv6, one network of 64 bits) may have open at a replica. By default 1,000:
    /// enough for a large office behind one address, and cheap at about 14 KB a stream. The default does not apply to
    /// this machine's own addresses, because behind a local proxy or tunnel everybody has the same one.
    /// </summary>
    public int? MaxPerAddress { get; set; }

    /// <summary>How many streams an address may have open; null if any number.</summary>
    internal int? LimitOf(IPAddress address) =>
        MaxPerAddress ?? (IPAddress.IsLoopback(address) ? null : DefaultMaxStreams);
}
