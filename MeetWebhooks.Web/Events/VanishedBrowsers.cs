using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MeetWebhooks.Web.Events;

/// <summary>
/// Finds browsers that are gone without a word: what a heartbeat sends them is never acknowledged, and the system, which
/// would go on trying for a quarter of an hour, is told to give up sooner.
/// </summary>
internal static class VanishedBrowsers
{
    // linux/tcp.h: how long sent data may stay unacknowledged, in milliseconds.
    private const int ProtocolTcp = 6;
    private const int TcpUserTimeout = 18;
    private const int Patience = 30_000;

    public static void Find(KestrelServerOptions kestrel)
    {
        if (!OperatingSystem.IsLinux())
            return;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is
                { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket)
                socket.SetRawSocketOption(ProtocolTcp, TcpUserTimeout, BitConverter.GetBytes(Patience));
            return next(connection);
        }));
    }
}
