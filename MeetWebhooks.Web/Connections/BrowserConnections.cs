using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MeetWebhooks.Web.Connections;

/// <summary>The TCP connections that browsers, or proxies before them, make to this replica.</summary>
internal static class BrowserConnections
{
    // linux/tcp.h: how long sent data may stay unacknowledged, in milliseconds.
    private const int ProtocolTcp = 6;
    private const int TcpUserTimeout = 18;
    private const int Patience = 30_000;

    public static IServiceCollection AddBrowserConnections(this IServiceCollection services)
    {
        // What a thread has read it also handles; nothing here blocks one.
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
            FindWhenGone(socket);
        socket.Blocking = false;
        connection.Transport = new Transport(
            connection.Transport.Input, new SocketWriter(socket, connection.Transport.Output));
    }

    /// <summary>
    /// A browser that is gone without a word never acknowledges what a heartbeat sends it. The system, which would go on
    /// trying for a quarter of an hour, is told to give up sooner.
    /// </summary>
    private static void FindWhenGone(Socket socket) =>
        socket.SetRawSocketOption(ProtocolTcp, TcpUserTimeout, BitConverter.GetBytes(Patience));

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
