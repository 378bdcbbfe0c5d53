using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>Adds the log to a service.</summary>
public static class WebhookLogExtensions
{
    /// <summary>The connection string's name: <c>ConnectionStrings:redis</c>.</summary>
    private const string ConnectionName = "redis";

    /// <summary>
    /// Adds <see cref="WebhookLog"/>, <see cref="LogFollower"/>, their settings (section
    /// <see cref="WebhookLogOptions.Section"/> and <c>ConnectionStrings:redis</c>, validated at start) and the connection to
    /// Redis.
    /// </summary>
    /// <param name="builder">The service.</param>
    public static IHostApplicationBuilder AddWebhookLog(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<WebhookLogOptions>()
            .BindConfiguration(WebhookLogOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
                options.ConnectionString = configuration.GetConnectionString(ConnectionName))
            .ValidateDataAnnotations()
            .Validate(
                options => options.IsConnectionStringValid(),
                "ConnectionStrings:redis must say where Redis is, for example localhost:6379.")
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<WebhookLog>();
        builder.Services.AddSingleton<LogFollower>();
        builder.AddRedis();
        return builder;
    }

    private static void AddRedis(this IHostApplicationBuilder builder)
    {
        // The lowest priority of all settings. The log reports an outage of Redis in one line; the client would report
        // every attempt to connect.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:StackExchange.Redis", nameof(LogLevel.Critical))],
        });
        builder.AddRedisClient(
            ConnectionName,
            // It asks every node, also those that the log does not need.
            settings => settings.DisableHealthChecks = true,
            options =>
            {
                // The service starts without Redis and connects when Redis comes. A command fails at once while there is no
                // connection: its caller retries.
                options.AbortOnConnectFail = false;
                options.BacklogPolicy = BacklogPolicy.FailFast;
                options.ReconnectRetryPolicy = new LinearRetry(500);
            });
        // Connected at the start: many first requests at once would wait for it on as many threads, and it for a thread.
        builder.Services.ActivateSingleton<IConnectionMultiplexer>();
    }
}
