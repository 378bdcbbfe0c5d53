using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Benchmarks.Servers;

/// <summary>A process that is measured.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="ProcessId">Its id.</param>
internal sealed record Server(string Name, int ProcessId)
{
    private Process? _process;

    /// <summary>Starts a program; what it prints goes to a file in the temporary folder.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="program">The program and its arguments.</param>
    /// <param name="settings">Environment variables.</param>
    public static Server Start(string name, string[] program, params IEnumerable<(string Name, string Value)> settings)
    {
        var log = Path.Combine(Path.GetTempPath(), $"MeetWebhooks.Benchmarks.{name}.log");
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" > \"$0\" 2>&1", log, .. program])
        {
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        return new Server(name, process.Id) { _process = process };
    }

    /// <summary>A TCP port that is free.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until the server takes connections.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    /// <exception cref="TimeoutException">It takes none.</exception>
    public async Task AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (_process is { HasExited: true })
                throw new InvalidOperationException($"{Name} has ended; see its log in {Path.GetTempPath()}.");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new TimeoutException($"{Name} takes no connections on port {port}.");
    }

    /// <summary>Ends the process, where it was started here.</summary>
    public void Stop()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
