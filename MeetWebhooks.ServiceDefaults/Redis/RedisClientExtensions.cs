using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// The Redis client where Aspire.StackExchange.Redis can't be had: the same method, connection, and health check.
/// </summary>
public static class RedisClientExtensions
{
    /// <summary>
    /// Adds an <see cref="IConnectionMultiplexer"/> that is connected when it is first needed, and a health check for it.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The name in <c>ConnectionStrings</c>.</param>
    /// <param name="configureOptions">Changes what the connection string says.</param>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<ConfigurationOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var connectionString = services.GetRequiredService<IConfiguration>().GetConnectionString(connectionName);
            var options = ConfigurationOptions.Parse(connectionString ?? "");
            options.LoggerFactory = services.GetRequiredService<ILoggerFactory>();
            configureOptions?.Invoke(options);
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddHealthChecks().AddRedis(
            services => services.GetRequiredService<IConnectionMultiplexer>(), "redis", HealthStatus.Unhealthy);
    }
}
