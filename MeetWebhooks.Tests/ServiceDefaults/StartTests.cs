using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeetWebhooks.Tests.ServiceDefaults;

public sealed class StartTests
{
    [Fact]
    public async Task A_program_that_is_told_to_stop_while_it_starts_ends_with_exit_code_0()
    {
        using var host = HostOf<StoppedWhileItStarts>();

        Assert.Equal(0, await host.RunOrSayWhyNotAsync(_ => throw new InvalidOperationException("It has not started.")));
    }

    [Fact]
    public async Task A_program_that_is_told_to_stop_right_after_its_start_ends_with_exit_code_0()
    {
        using var host = HostOf<Started>();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();

        Assert.Equal(0, await host.RunOrSayWhyNotAsync(stopping =>
        {
            lifetime.StopApplication();
            return Task.Delay(Timeout.Infinite, stopping);
        }));
        Assert.True(lifetime.ApplicationStopped.IsCancellationRequested);
    }

    private static IHost HostOf<T>() where T : class, IHostedService
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService<T>();
        return builder.Build();
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

    private sealed class Started : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
