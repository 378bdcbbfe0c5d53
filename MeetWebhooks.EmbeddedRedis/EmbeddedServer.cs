using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.common;
using Garnet.server;

namespace MeetWebhooks.EmbeddedRedis;

/// <summary>A Redis-compatible server (Garnet) inside this process, on the loopback interface, in memory only.</summary>
public sealed class EmbeddedServer : IDisposable
{
    private readonly GarnetServer _server;

    private EmbeddedServer(GarnetServer server, int port)
    {
        _server = server;
        Port = port;
    }

    /// <summary>The TCP port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The connection string for <c>ConnectionStrings:redis</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port, or 0 for a free one.</param>
    /// <exception cref="GarnetException">The port is taken.</exception>
    public static EmbeddedServer Start(int port = 0)
    {
        // Garnet does not tell which port it got when it is asked for any, so a free one is looked for; somebody else can
        // be quicker to take it.
        for (var attempt = 1; ; attempt++)
        {
            var candidate = port == 0 ? FindFreePort() : port;
            try
            {
                return new EmbeddedServer(Listen(candidate), candidate);
            }
            catch (GarnetException) when (port == 0 && attempt < 10)
            {
            }
        }
    }

    /// <summary>Stops the server; what it held is gone.</summary>
    public void Dispose() => _server.Dispose();

    private static GarnetServer Listen(int port)
    {
        var server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            EnableLua = true,
            // Otherwise the scripts of two connections run at the same time, in between one another.
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(
                LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Disable, []),
            LogMemorySize = "256m",
            PageSize = "4m",
            IndexMemorySize = "4m",
            QuietMode = true,
        });
        try
        {
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
