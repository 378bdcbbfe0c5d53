using System.Net;

namespace MeetWebhooks.Web.Streams;

/// <summary>Settings of the browsers' streams, section <c>Streams</c>.</summary>
public sealed class StreamOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Streams";

    private const int DefaultMaxStreams = 1_000;

    /// <summary>How often a stream without events carries a heartbeat. 15 seconds by default.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a browser waits before it connects again after a loss. 1 second by default.</summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many streams one address (of IPv6: one network of 64 bits) may have open at a replica. Unset, it is 1,000: more
    /// than the people of a large office behind one address, and with about 14 KB a stream no burden. Unset, it does not
    /// hold for this machine itself, as a proxy or tunnel that runs here shows everybody under its address.
    /// </summary>
    public int? MaxPerAddress { get; set; }

    /// <summary>How many streams an address may have, or null where any number.</summary>
    internal int? LimitOf(IPAddress address) =>
        MaxPerAddress ?? (IPAddress.IsLoopback(address) ? null : DefaultMaxStreams);
}
