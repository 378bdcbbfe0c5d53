using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A server in a process of its own, on a port that it keeps when it is started again.</summary>
/// <param name="cancellationToken">Ends every wait for the server.</param>
public abstract class ServerProcess(CancellationToken cancellationToken) : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, bool> GivenPorts = [];

    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <summary>The TCP port.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The id of the process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>What the process has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Ends every wait for the server.</summary>
    protected CancellationToken CancellationToken => cancellationToken;

    /// <summary>The process.</summary>
    protected Process Process => _process ?? throw new InvalidOperationException("The server was never started.");

    /// <summary>Starts the process and waits until the server answers.</summary>
    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    /// <exception cref="TimeoutException">The server does not answer within <see cref="Eventually.StartLimit"/>.</exception>
    public async Task RunAsync()
    {
        _process?.Dispose();
        _process = new Process { StartInfo = Describe() };
        _process.StartInfo.RedirectStandardOutput = _process.StartInfo.RedirectStandardError = true;
        _process.OutputDataReceived += Collect;
        _process.ErrorDataReceived += Collect;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await Eventually.TrueAsync(IsRunningAsync, Eventually.StartLimit, cancellationToken);
        }
        catch
        {
            _process.Kill();
            throw;
        }
    }

    /// <summary>Ends the process at once, as a crash does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks the process to end (SIGTERM), and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        Signal("TERM");
        await Process.WaitForExitAsync(cancellationToken).WaitAsync(Eventually.Limit, cancellationToken);
        return Process.ExitCode;
    }

    /// <summary>Freezes the process; its connections stay open (SIGSTOP).</summary>
    public void Pause() => Signal("STOP");

    /// <summary>Ends a pause (SIGCONT).</summary>
    public void Continue() => Signal("CONT");

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// A TCP port that nothing listens on, and that was not given before. It is below those that the system gives to clients'
    /// connections, one of which could take it before the server does.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (!GivenPorts.TryAdd(port, true))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another program has it.
            }
        }
    }

    /// <summary>How to start a program of this solution, as it was built together with this one.</summary>
    /// <param name="assembly">The program's assembly, for example <c>MeetWebhooks.Api</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Program(string assembly, params IEnumerable<string> arguments) => new(
        "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments])
    {
        // A program must find its files wherever it is started.
        WorkingDirectory = Path.GetTempPath(),
    };

    /// <summary>Starts a server, and leaves nothing behind where that fails.</summary>
    protected static async Task<T> StartAsync<T>(T server) where T : ServerProcess
    {
        try
        {
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The program and its arguments.</summary>
    protected abstract ProcessStartInfo Describe();

    /// <summary>Whether the server is ready.</summary>
    protected abstract Task<bool> AnswersAsync();

    private async Task<bool> IsRunningAsync()
    {
        if (!Process.HasExited)
            return await AnswersAsync();
        // Until its last line has been read.
        await Process.WaitForExitAsync(CancellationToken.None);
        throw new InvalidOperationException($"{Process.StartInfo.FileName} has ended:\n{Output}");
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
