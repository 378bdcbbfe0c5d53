using System.Diagnostics;

namespace MeetWebhooks.AppHost.Meet;

/// <summary>Which OpenVidu Meet it is, and why.</summary>
internal sealed record MeetChoice(MeetMode Mode, bool WithContainers, string Reason)
{
    /// <summary>Chooses by the settings, and else by what this machine can do.</summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="InvalidOperationException"><c>Meet:Mode</c> is none of the modes.</exception>
    public static MeetChoice Make(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return new(MeetMode.External, WithContainers: true, "what is published uses an OpenVidu Meet of its own");

        var withContainers = HasContainerRuntime(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]);
        if (builder.Configuration["Meet:Mode"] is { Length: > 0 } setting)
        {
            if (!Enum.TryParse<MeetMode>(setting, ignoreCase: true, out var mode) || !Enum.IsDefined(mode))
            {
                throw new InvalidOperationException(
                    $"Meet:Mode must be one of {string.Join(", ", Enum.GetNames<MeetMode>())}, not «{setting}».");
            }

            return new(mode, withContainers || mode == MeetMode.Containers, "Meet:Mode says so");
        }

        if (builder.Configuration.MeetServerUrl() is not null)
            return new(MeetMode.External, withContainers, "Meet:ServerUrl (OV_MEET_SERVER_URL) is set");
        return withContainers
            ? new(MeetMode.Containers, withContainers, "a container runtime answers")
            : new(MeetMode.Simulator, withContainers, "no container runtime answers");
    }

    private static bool HasContainerRuntime(string? name) =>
        name is { Length: > 0 } ? Answers(name) : Answers("docker") || Answers("podman");

    // A list of containers needs more than the client, which can be there alone.
    private static bool Answers(string runtime)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(runtime, ["ps", "--quiet"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(TimeSpan.FromSeconds(10)))
                return process.ExitCode == 0;
            process.Kill();
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
