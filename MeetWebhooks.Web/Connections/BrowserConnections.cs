using System.IO.Pipelines;
using System.Net.Sockets;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Connections;

/// <summary>
/// The connections that browsers, or proxies in front of this replica, make to it. When there are too many, those that
/// have been idle for longest are closed, so that whoever holds connections without using them keeps nobody out.
/// </summary>
internal sealed partial class BrowserConnections(
    ConnectionLimits limits,
    IOptions<KestrelServerOptions> server,
    TimeProvider time,
    ILogger<BrowserConnections> logger)
{
    // Longer than Kestrel waits for the headers of a request that began at once, as it answers that with 408.
    private readonly TimeSpan _firstRequestLimit =
        server.Value.Limits.RequestHeadersTimeout + TimeSpan.FromSeconds(1);

    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), time);
    private readonly HashSet<BrowserConnection> _open = [];
    private readonly Lock _openLock = new();

    /// <summary>Serves a connection until it ends.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="next">What speaks HTTP on it.</param>
    public async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var socket = TcpSocketOf(context);
        var connection = new BrowserConnection(context, socket, _firstRequestLimit, time);
        if (!TryAdd(connection))
        {
            connection.Close("There are too many connections.");
            return;
        }

        try
        {
            context.Features.Set(connection);
            context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
                static connection => ((BrowserConnection)connection).OnHeartbeat(), connection);
            if (socket is not null)
            {
                socket.Blocking = false;
                context.Transport = new Transport(
                    context.Transport.Input, new SocketWriter(socket, context.Transport.Output));
            }

            await next(context);
        }
        finally
        {
            lock (_openLock)
                _open.Remove(connection);
        }
    }

    private static Socket? TcpSocketOf(ConnectionContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket is
            { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket
            ? socket
            : null;

    /// <summary>Adds a connection; if there are too many, others are closed for it.</summary>
    /// <returns>False if there are too many and all of them are in use.</returns>
    private bool TryAdd(BrowserConnection connection)
    {
        BrowserConnection[] longestIdle;
        lock (_openLock)
        {
            if (_open.Count < limits.Browsers)
                return _open.Add(connection);
            // Some at once, because looking for them takes a look at all.
            longestIdle = [.. _open
                .Where(open => open.IsIdle)
                .OrderBy(open => open.IdleSince)
                .Take(1 + (limits.Browsers / 16))];
            _open.ExceptWith(longestIdle);
            if (longestIdle.Length > 0)
                _open.Add(connection);
        }

        if (_warnings.TryPass(out _))
            LogTooMany(limits.Browsers);
        foreach (var idle in longestIdle)
            idle.Close("There are too many connections, and this one was idle for longest.");
        return longestIdle.Length > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Connections} connections are open, which is the limit. Those that are idle for longest are closed; if all are "
        + "in use, new ones are. Let the process open more files (ulimit -n, LimitNOFILE), or add replicas.")]
    private partial void LogTooMany(int connections);

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
