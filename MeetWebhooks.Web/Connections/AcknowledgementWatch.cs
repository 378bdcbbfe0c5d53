using System.Buffers.Binary;
using System.Net.Sockets;

namespace MeetWebhooks.Web.Connections;

/// <summary>
/// Finds out that a peer has vanished, for example with its network: it acknowledges nothing any more. The system would
/// retry for a quarter of an hour. Its own setting for that (TCP_USER_TIMEOUT) also ends a connection whose peer is there
/// and only reads nothing: such a peer acknowledges each probe of its closed window.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class AcknowledgementWatch(TimeProvider time)
{
    /// <summary>How long a peer may leave something unacknowledged.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // linux/tcp.h: IPPROTO_TCP, TCP_INFO, and where struct tcp_info has four of its fields.
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const int Probes = 3;
    private const int Unacknowledged = 24;
    private const int LastDataSent = 44;
    private const int LastAcknowledgement = 56;
    private const int InfoSize = 60;

    private long? _unansweredSince;
    private long _lastLook;

    /// <summary>Whether the peer has acknowledged nothing for too long. To be called every few seconds.</summary>
    /// <param name="socket">A connected TCP socket.</param>
    public bool HasVanished(Socket socket)
    {
        Span<byte> info = stackalloc byte[InfoSize];
        // Another system, or a socket that is closed already.
        if (!OperatingSystem.IsLinux() || !TryRead(socket, info))
            return false;

        // A peer that cannot take more answers each probe, and each retransmission, with an acknowledgement that
        // acknowledges nothing new. So what counts is whether one came since the last transmission.
        var sinceAcknowledgement = Number(info, LastAcknowledgement);
        var isUnanswered = info[Probes] > 0
            || (Number(info, Unacknowledged) > 0 && Number(info, LastDataSent) < sinceAcknowledgement);
        return HasVanished(isUnanswered, TimeSpan.FromMilliseconds(sinceAcknowledgement));
    }

    /// <summary>The same, by what the system knows of the connection.</summary>
    /// <param name="isUnanswered">Whether no acknowledgement came since something was sent.</param>
    /// <param name="sinceAcknowledgement">How long ago the last one came.</param>
    internal bool HasVanished(bool isUnanswered, TimeSpan sinceAcknowledgement)
    {
        var now = time.GetTimestamp();
        if (!isUnanswered)
            _unansweredSince = null;
        else if (_unansweredSince is null || sinceAcknowledgement < time.GetElapsedTime(_lastLook, now))
            _unansweredSince = now;
        _lastLook = now;
        return _unansweredSince is { } since && time.GetElapsedTime(since, now) >= Limit;
    }

    private static uint Number(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]);

    private static bool TryRead(Socket socket, Span<byte> info)
    {
        try
        {
            return socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info) == InfoSize;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
