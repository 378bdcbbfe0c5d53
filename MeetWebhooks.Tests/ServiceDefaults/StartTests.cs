using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.ServiceDefaults;

public sealed class StartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_that_is_told_to_stop_while_it_starts_ends_with_exit_code_0_and_logs_no_failure()
    {
        var log = new LogText();

        Assert.Equal((0, ""), await RunAsync<StoppedWhileItStarts>(log));

        LogAssert.IsCalm(log);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(SocketException))]
    public async Task A_fault_at_the_start_that_no_setting_causes_does_not_lose_its_stack_trace(Type exception)
    {
        var (exitCode, error) = await RunAsync<FailsToStart>(new LogText(), Activator.CreateInstance(exception)!);

        Assert.Equal(1, exitCode);
        Assert.StartsWith(exception.FullName!, error, StringComparison.Ordinal);
        Assert.Contains($"at {typeof(FailsToStart)}".Replace('+', '.'), error, StringComparison.Ordinal);
        Assert.DoesNotContain("urls", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_background_service_that_fails_during_or_after_the_start_does_not_end_the_program_in_silence(
        bool afterStart)
    {
        var log = new LogText();

        var (exitCode, _) = await RunAsync<FailsInTheBackground>(
            log, new InvalidOperationException("no setting's fault"), afterStart);

        Assert.Equal(1, exitCode);
        Assert.Contains(log.Lines, line => line.Contains("no setting's fault", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Web")]
    public async Task A_port_in_use_is_reported_in_one_sentence_and_no_stack_trace(string program)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";

        var (exitCode, output, error) = await ProgramRun.ToEndAsync(program, ("urls", url));

        Assert.Equal(1, exitCode);
        Assert.Contains(url, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed to start", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Web")]
    [InlineData("Simulator")]
    [InlineData("EmbeddedRedis")]
    public async Task A_program_started_in_the_root_directory_does_not_watch_any_file(string program)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists the open files of a process.");
        var start = ProgramRun.Describe(program, ("REDIS_PORT", $"{ServerProcess.FreePort()}"));
        // As systemd does.
        start.WorkingDirectory = "/";
        using var process = Process.Start(start)!;
        try
        {
            _ = process.StandardError.ReadToEndAsync(Cancel);
            await StartedAsync(process).WaitAsync(2 * Eventually.Limit, Cancel);
            var files = Directory.GetFiles($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/fd")
                .Select(file => new FileInfo(file).LinkTarget).ToList();
            Assert.NotEmpty(files);
            Assert.DoesNotContain(files, target => target?.Contains("inotify", StringComparison.Ordinal) ?? false);
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task StartedAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains("Application started", StringComparison.Ordinal))
                return;
        }

        Assert.Fail("The program has ended.");
    }

    private static async Task<(int ExitCode, string Error)> RunAsync<T>(LogText log, params object[] arguments)
        where T : class, IHostedService
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddServiceDefaults();
        builder.Logging.AddProvider(log);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<T>(services, arguments));
        await using var error = new StringWriter();
        var exitCode = await builder.Build().RunToExitCodeAsync(error).WaitAsync(Eventually.Limit, Cancel);
        return (exitCode, error.ToString());
    }

    private sealed class StoppedWhileItStarts(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FailsToStart(Exception exception) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw exception;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FailsInTheBackground(
        Exception exception, bool afterStart, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            if (afterStart)
                await started.Task;
            throw exception;
        }
    }
}
