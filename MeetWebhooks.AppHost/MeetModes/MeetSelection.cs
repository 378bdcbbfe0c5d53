using System.Diagnostics;
using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>Which OpenVidu Meet the application runs with, and why.</summary>
/// <param name="Mode">Which one.</param>
/// <param name="HasContainers">Whether containers can be started.</param>
/// <param name="Reason">Why this one, as the end of a sentence.</param>
internal sealed record MeetSelection(MeetMode Mode, bool HasContainers, string Reason)
{
    /// <summary>Selects by the settings, or else by whether this machine has a container runtime.</summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="InvalidOperationException"><c>Meet:Mode</c> is not one of the modes.</exception>
    public static MeetSelection From(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return new(MeetMode.External, HasContainers: true, "a published application uses one that runs elsewhere");

        var hasContainers = HasContainerRuntime(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]);
        if (builder.Configuration["Meet:Mode"] is { Length: > 0 } setting)
        {
            if (!Enum.TryParse<MeetMode>(setting, ignoreCase: true, out var mode) || !Enum.IsDefined(mode))
            {
                throw new InvalidOperationException(
                    $"Meet:Mode must be one of {string.Join(", ", Enum.GetNames<MeetMode>())}, not '{setting}'.");
            }

            return new(mode, hasContainers || mode == MeetMode.Containers, "Meet:Mode is set");
        }

        if (builder.Configuration.MeetServerUrl() is not null)
            return new(MeetMode.External, hasContainers, "Meet:ServerUrl (OV_MEET_SERVER_URL) is set");
        return hasContainers
            ? new(MeetMode.Containers, hasContainers, "a container runtime answers")
            : new(MeetMode.Simulator, hasContainers, "no container runtime answers");
    }

    private static bool HasContainerRuntime(string? name) =>
        name is { Length: > 0 } ? Answers(name) : Answers("docker") || Answers("podman");

    // Listing the containers needs a running engine; the client can be installed without one.
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
