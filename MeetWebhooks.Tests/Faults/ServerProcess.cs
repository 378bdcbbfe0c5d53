using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeetWebhooks.Tests.Faults;

/// <summary>A server in a process of its own, on a port that it keeps when it is started again.</summary>
public abstract class ServerProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <summary>The TCP port.</summary>
    public int Port { get; } = FreePort();

    /// <summary>What the process has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts the process and waits until it answers.</summary>
    public async Task RunAsync()
    {
        _process = new Process { StartInfo = Describe() };
        _process.StartInfo.RedirectStandardOutput = _process.StartInfo.RedirectStandardError = true;
        _process.OutputDataReceived += Collect;
        _process.ErrorDataReceived += Collect;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                Assert.False(_process.HasExited, $"{_process.StartInfo.FileName} has ended:\n{Output}");
                return await AnswersAsync();
            });
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
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks the process to end (SIGTERM), and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        Signal("TERM");
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit);
        return _process.ExitCode;
    }

    /// <summary>Has the process stand still; its connections stay open (SIGSTOP).</summary>
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

    /// <summary>The program and its arguments.</summary>
    protected abstract ProcessStartInfo Describe();

    /// <summary>Whether the server is ready.</summary>
    protected abstract Task<bool> AnswersAsync();

    /// <summary>A port that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
