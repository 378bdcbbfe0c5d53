using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MeetWebhooks.Web.Connections;

/// <summary>The TCP connections that browsers, or proxies in front of this replica, make to it.</summary>
internal static class BrowserConnections
{
    // linux/tcp.h: how long sent data may stay unacknowledged, in milliseconds.
    private const int ProtocolTcp = 6;
    private const int TcpUserTimeout = 18;
    private const int UnacknowledgedLimit = 30_000;

    public static IServiceCollection AddBrowserConnections(this IServiceCollection services)
    {
        // The thread that reads from a socket also handles what it has read. Nothing here blocks it.
        services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
            endpoint.Use(next => connection =>
            {
                Prepare(connection);
                return next(connection);
            })));
        return services;
    }

    private static void Prepare(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not
            { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket)
            return;
        if (OperatingSystem.IsLinux())
            CloseWhenUnreachable(socket);
        socket.Blocking = false;
        connection.Transport = new Transport(
            connection.Transport.Input, new SocketWriter(socket, connection.Transport.Output));
    }

    /// <summary>
    /// A browser that has vanished, for example with its network, never acknowledges a heartbeat. The system would
    /// retry for a quarter of an hour; this makes it give up sooner.
    /// </summary>
    private static void CloseWhenUnreachable(Socket socket) =>
        socket.SetRawSocketOption(ProtocolTcp, TcpUserTimeout, BitConverter.GetBytes(UnacknowledgedLimit));

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
