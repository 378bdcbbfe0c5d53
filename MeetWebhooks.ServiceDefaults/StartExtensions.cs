using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Starts a program, or says why it can't.</summary>
public static class StartExtensions
{
    /// <summary>
    /// Starts a host and waits until it is stopped. What an operator can mend (a setting, an address that is taken) goes to
    /// the standard error, one sentence a line that names the setting, without a stack trace.
    /// </summary>
    /// <param name="host">The program.</param>
    /// <param name="started">What is done as soon as it has started; its token says that the host is to stop.</param>
    /// <returns>The process's exit code: 0, also where it was told to stop while it started; 1 where it did not start.</returns>
    public static async Task<int> RunOrSayWhyNotAsync(
        this IHost host, Func<CancellationToken, Task>? started = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            // Also the host's first step, but one whose failure it logs with a stack trace.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.StartAsync();
            if (started is not null)
                await started(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it started.
        }
        catch (Exception exception) when (Reasons(exception) is { } reasons)
        {
            foreach (var reason in reasons)
                await Console.Error.WriteLineAsync(reason);
            return 1;
        }

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
