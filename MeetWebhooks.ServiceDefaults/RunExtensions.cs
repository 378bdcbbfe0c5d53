using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Runs a program, or reports why it cannot start.</summary>
public static class RunExtensions
{
    /// <summary>
    /// Runs a host until it is stopped, and disposes of it, which exports the telemetry of the last seconds. What an
    /// operator can fix (a setting, an address in use) goes to the standard error as one sentence a line that names the
    /// setting, without a stack trace.
    /// </summary>
    /// <param name="host">The program.</param>
    /// <returns>The process's exit code: 0, also where it was told to stop while it started; 1 where it did not start.</returns>
    public static async Task<int> RunToExitCodeAsync(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            // Also the host's first step, but one whose failure it logs with a stack trace.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.StartAsync();
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it started.
            return 0;
        }
        catch (Exception exception) when (Reasons(exception) is { } reasons)
        {
            foreach (var reason in reasons)
                await Console.Error.WriteLineAsync(reason);
            return 1;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    private static IEnumerable<string>? Reasons(Exception exception) => exception switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => Reasons(inner) is not null) =>
            several.InnerExceptions.SelectMany(inner => Reasons(inner)!),
        // The configuration binder's, whose sentence names the setting.
        InvalidOperationException => [exception.Message],
        // Kestrel's, about an address that is none, or has no such port.
        FormatException or ArgumentOutOfRangeException =>
            ["urls (--urls, SERVER_PORT) must be addresses like http://*:6080."],
        IOException => [exception.Message],
        _ => null,
    };
}
