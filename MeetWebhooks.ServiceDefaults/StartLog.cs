using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>
/// Keeps the host from logging why a start failed: <see cref="RunExtensions.RunToExitCodeAsync(IHost)"/> reports that.
/// The host's critical messages, such as that of a background service that ends it, are logged at all times.
/// </summary>
internal sealed class StartLog
{
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    private volatile bool _hasStarted;

    /// <summary>Logs everything that the host says from now on.</summary>
    public void StartHasEnded() => _hasStarted = true;

    /// <summary>Adds the log's filter to a service.</summary>
    public static void AddTo(IHostApplicationBuilder builder)
    {
        var start = new StartLog();
        builder.Services.AddSingleton(start);
        builder.Logging.AddFilter(
            HostCategory, level => level == LogLevel.Critical || (level >= LogLevel.Information && start._hasStarted));
    }
}
