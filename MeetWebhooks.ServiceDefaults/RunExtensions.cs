using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Runs a program, or reports why it cannot start.</summary>
public static class RunExtensions
{
    /// <summary>
    /// Runs a host until it is stopped, and disposes of it, which exports the telemetry of the last seconds. Why it
    /// cannot start goes to the standard error: what an operator can fix (a setting, an address in use) as one sentence
    /// a line, and anything else with its stack trace.
    /// </summary>
    /// <param name="host">The program.</param>
    /// <returns>
    /// The process's exit code: 0, also where it was told to stop while it started; 1 where it did not start, or a
    /// background service failed.
    /// </returns>
    public static Task<int> RunToExitCodeAsync(this IHost host) => RunToExitCodeAsync(host, Console.Error);

    internal static async Task<int> RunToExitCodeAsync(this IHost host, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(host);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            // The host creates its services first, some of which fail at settings that are not valid.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.StartAsync();
            host.Services.GetService<StartLog>()?.StartHasEnded();
            await host.WaitForShutdownAsync();
            return ExitCode(host);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it started.
            return ExitCode(host);
        }
        catch (Exception exception)
        {
            foreach (var reason in Sentences(exception) ?? [exception.ToString()])
                await error.WriteLineAsync(reason);
            return 1;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    // The host stops in order where a background service fails, and has logged why.
    private static int ExitCode(IHost host) =>
        host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(
            service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;

    /// <summary>What an operator can fix, in sentences; null for anything else.</summary>
    private static IEnumerable<string>? Sentences(Exception exception) => exception switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => Sentences(inner) is not null) =>
            several.InnerExceptions.SelectMany(inner => Sentences(inner)!),
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [exception.Message],
        // An address that is in use, or HTTPS without a certificate.
        IOException or InvalidOperationException when exception.Source == "Microsoft.AspNetCore.Server.Kestrel.Core" =>
            [exception.Message],
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            [$"The service cannot listen on its address (urls): {exception.Message}."],
        _ => null,
    };
}
