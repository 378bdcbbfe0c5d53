using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Starts a program, or says why it can't.</summary>
public static class StartExtensions
{
    /// <summary>
    /// Starts a host. What an operator can mend (a setting, an address that is taken) goes to the standard error, one
    /// sentence a line that names the setting, without a stack trace.
    /// </summary>
    /// <param name="host">The program.</param>
    /// <returns>False where it did not start.</returns>
    public static async Task<bool> TryStartAsync(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            // Also the host's first step, but one whose failure it logs with a stack trace.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.StartAsync();
            return true;
        }
        catch (Exception exception) when (Reasons(exception) is { } reasons)
        {
            foreach (var reason in reasons)
                await Console.Error.WriteLineAsync(reason);
            return false;
        }
    }

    /// <summary>Starts a host as <see cref="TryStartAsync"/> does, and waits until it is stopped.</summary>
    /// <param name="host">The program.</param>
    /// <returns>The process's exit code: 0, or 1 where it did not start.</returns>
    public static async Task<int> RunOrSayWhyNotAsync(this IHost host)
    {
        if (!await host.TryStartAsync())
            return 1;
        await host.WaitForShutdownAsync();
        return 0;
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
