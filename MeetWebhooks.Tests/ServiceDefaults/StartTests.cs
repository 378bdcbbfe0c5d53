using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeetWebhooks.Tests.ServiceDefaults;

public sealed class StartTests
{
    [Fact]
    public async Task A_program_that_is_told_to_stop_while_it_starts_ends_with_exit_code_0()
    {
        var host = HostOf<StoppedWhileItStarts>();

        Assert.Equal(0, await host.RunToExitCodeAsync());
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
}
