using System.Diagnostics;

namespace MeetWebhooks.Tests.ServiceDefaults;

/// <summary>A program as an operator starts it, with settings on its command line.</summary>
internal static class ProgramRun
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How to start a program, by default on a free port and with a Redis that does not answer.</summary>
    /// <param name="program">Its name, for example <c>Api</c>.</param>
    /// <param name="settings">Settings as in configuration.</param>
    public static ProcessStartInfo Describe(string program, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["environment"] = "Development",
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            ["services:api:http:0"] = "http://127.0.0.1:1",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        var start = ServerProcess.Program($"MeetWebhooks.{program}", all.Select(pair => $"--{pair.Key}={pair.Value}"));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    /// <summary>Starts a program and waits until it has ended.</summary>
    /// <exception cref="TimeoutException">It has not ended within <see cref="Eventually.Limit"/>.</exception>
    public static async Task<(int ExitCode, string Output, string Error)> ToEndAsync(
        string program, params (string Key, string Value)[] settings)
    {
        using var process = Process.Start(Describe(program, settings))!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(Cancel);
            var error = process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel).WaitAsync(Eventually.Limit, Cancel);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
