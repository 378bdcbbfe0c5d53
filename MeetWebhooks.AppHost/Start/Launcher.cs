using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.AppHost.Start;

/// <summary>
/// Runs the AppHost as a command-line program: it checks arguments, settings and ports before it starts anything, shows
/// what it waits for, and ends when everything that it has started has ended.
/// </summary>
internal static partial class Launcher
{
    /// <summary>Runs an application until it is told to stop, or publishes it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="describe">Adds the resources.</param>
    /// <returns>The exit code: 1 where the application could not start, else 0.</returns>
    public static async Task<int> RunAsync(string[] args, Action<IDistributedApplicationBuilder> describe)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = StopOn(PosixSignal.SIGINT, stop);
        using var terminated = StopOn(PosixSignal.SIGTERM, stop);
        try
        {
            if (CommandLine.AsksForHelp(args))
            {
                Console.WriteLine(CommandLine.Help);
                return 0;
            }

            CommandLine.Check(args);
            var builder = DistributedApplication.CreateBuilder(args);
            builder.Configuration.AddCommandLine(args, CommandLine.SwitchMappings);
            builder.Services.AddLogging(logging => logging
                .AddConsoleFormatter<PlainConsoleFormatter, ConsoleFormatterOptions>()
                .AddConsole(console =>
                {
                    console.FormatterName = PlainConsoleFormatter.FormatterName;
                    console.LogToStandardErrorThreshold = LogLevel.Error;
                }));
            builder.Services.AddSingleton<StartProgress>();
            describe(builder);

            if (builder.ExecutionContext.IsRunMode)
                return await RunAsync(builder, stop);
            await using var application = builder.Build();
            await application.RunAsync(stop.Token);
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            return 1;
        }
    }

    private static async Task<int> RunAsync(IDistributedApplicationBuilder builder, CancellationTokenSource stop)
    {
        // Aspire would ask for a missing value in the dashboard. A default can be a random secret: it is made, and stored,
        // when it is needed.
        foreach (var parameter in builder.Resources.OfType<ParameterResource>())
        {
            if (parameter.Default is null)
                await parameter.GetValueAsync(stop.Token);
        }

        FixedPorts.Check(builder);

        // With random ports, as in the tests, the next start needs none of this one's.
        using var processes = builder.HasRandomPorts() ? null : new ChildProcesses();
        await using var application = builder.Build();
        var lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stopping = lifetime.ApplicationStopping.Register(stop.Cancel);
        var logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Launcher));
        LogStarting(logger);
        var progress = application.Services.GetRequiredService<StartProgress>();
        var healthy = progress.WaitUntilHealthyAsync(stop.Token);
        var started = application.StartAsync(stop.Token);
        var exitCode = 0;
        try
        {
            await foreach (var step in Task.WhenEach(started, healthy))
                await step;
            processes?.StopTracking();
            LogReady(logger, await Summary.WriteAsync(builder.Resources, progress.Dashboard, stop.Token));
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop, possibly while it started.
        }
        catch (Exception exception) when (Explain(exception) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            exitCode = 1;
        }

        LogStopping(logger);
        await stop.CancelAsync();
        await Task.WhenAll(started, healthy).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopProjectsAsync(application, progress);
        var stopped = application.StopAsync(CancellationToken.None);
        // The host takes 30 s to find out that there is no orchestrator to stop yet.
        await (processes?.WaitForExitAsync() ?? stopped);
        return exitCode;
    }

    // While the dashboard runs: they send it their last telemetry, and would wait for its answer for 10 s.
    private static async Task StopProjectsAsync(DistributedApplication application, StartProgress progress)
    {
        var running = progress.Projects.Where(project =>
            application.ResourceNotifications.TryGetCurrentState(project, out var current)
            && current.Snapshot.State?.Text == KnownResourceStates.Running);
        await Task.WhenAll(running.Select(project => application.ResourceCommands.ExecuteCommandAsync(
            project, KnownResourceCommands.StopCommand, CancellationToken.None)));
    }

    // The host listens to the signals as well, but not before it starts.
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    // What to tell a person about a failure that a person can fix.
    private static string? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var inner] } => Explain(inner),
        OptionsValidationException invalid => string.Join(' ', invalid.Failures),
        // The second is the configuration binder's, whose message names the setting.
        DistributedApplicationException or InvalidOperationException or IOException => exception.Message,
        _ => null,
    };

    [LoggerMessage(LogLevel.Information, "Starting ...")]
    private static partial void LogStarting(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Ready. Ctrl+C stops everything.\n\n{Summary}")]
    private static partial void LogReady(ILogger logger, string summary);

    [LoggerMessage(LogLevel.Information, "Stopping ...")]
    private static partial void LogStopping(ILogger logger);
}
