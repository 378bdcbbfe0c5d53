using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>The AppHost as <c>./run</c> starts it: a process, with the simulator and ports of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    // Every process that the AppHost starts, directly or not, inherits it.
    private const string Mark = "MEETWEBHOOKS_TEST_RUN";

    private readonly Process _process;
    private readonly string _mark = $"{Mark}={Guid.NewGuid()}";
    private readonly DirectoryInfo _userSecrets = Directory.CreateTempSubdirectory("meetwebhooks-secrets");
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private AppHostProcess(string environment, string[] arguments)
    {
        var start = ServerProcess.Program(
            "MeetWebhooks.AppHost",
            "--Meet:Mode=Simulator",
            $"--SERVER_PORT={FrontDoorPort}",
            $"--Meet:Port={MeetPort}",
            $"--ASPNETCORE_URLS=http://localhost:{DashboardPort}");
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.WorkingDirectory = Projects.MeetWebhooks_AppHost.ProjectPath;
        start.Environment["DOTNET_ENVIRONMENT"] = environment;
        start.Environment[Mark] = _mark[(Mark.Length + 1)..];
        // User secrets of its own: applications that start at the same time overwrite each other's.
        start.Environment["APPDATA"] = _userSecrets.FullName;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The port of the page.</summary>
    public int FrontDoorPort { get; } = ServerProcess.FreePort();

    /// <summary>The port of the simulator.</summary>
    public int MeetPort { get; } = ServerProcess.FreePort();

    /// <summary>The port of the dashboard.</summary>
    public int DashboardPort { get; } = ServerProcess.FreePort();

    /// <summary>What it has printed.</summary>
    public string Output => Read(_output);

    /// <summary>What it has printed on its standard error.</summary>
    public string Error => Read(_error);

    /// <summary>Starts it.</summary>
    /// <param name="arguments">Its arguments, after those that choose the simulator and the ports.</param>
    public static AppHostProcess Start(params string[] arguments) => new("Development", arguments);

    /// <summary>Starts it in an environment other than development.</summary>
    public static AppHostProcess StartIn(string environment, params string[] arguments) => new(environment, arguments);

    /// <summary>Waits until it has printed something.</summary>
    public async Task PrintsAsync(string text, TimeSpan limit)
    {
        try
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(_process.HasExited || Output.Contains(text, StringComparison.Ordinal)), limit);
        }
        catch (TimeoutException)
        {
            // The assertion shows what it has printed instead.
        }

        Assert.Contains(text, $"{Output}\n{Error}", StringComparison.Ordinal);
    }

    /// <summary>Sends it a signal, and nothing to its children.</summary>
    /// <param name="signal">The signal's name, such as <c>TERM</c>.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitCodeAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(limit, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The processes that run because of it, itself included.</summary>
    public IReadOnlyList<int> RunningProcesses() =>
    [
        .. Process.GetProcesses().Select(process => process.Id)
            .Where(id => EnvironmentOf(id).Contains(_mark, StringComparison.Ordinal)),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _userSecrets.Delete(recursive: true);
    }

    private static string EnvironmentOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/environ");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is not ours.
            return "";
        }
    }

    private static void Append(StringBuilder lines, string? line)
    {
        lock (lines)
            lines.AppendLine(line);
    }

    private static string Read(StringBuilder lines)
    {
        lock (lines)
            return lines.ToString().TrimEnd();
    }
}
