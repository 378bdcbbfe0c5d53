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
    /// <summary>
    /// The key of a second <see cref="WebhookLog"/>, with a connection of its own: what it sends and reads does not delay the
    /// first one's webhooks and events.
    /// </summary>
    public const string SecondConnection = "second";

    /// <summary>The connection string's name: <c>ConnectionStrings:redis</c>.</summary>
    private const string ConnectionName = "redis";

    // Read by the Redis client, which ignores a file that is missing.
    private const string IssuerVariable = "SERedis_IssuerCertPath";

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
            .Validate(
                options => options.RetainedEvents is >= 1 and <= 1_000_000,
                "Events:RetainedEvents must be between 1 and 1000000.")
            .Validate(
                options => options.RetainedBytes is >= 1024 * 1024 and <= 16L * 1024 * 1024 * 1024,
                "Events:RetainedBytes must be between 1048576 (1 MiB) and 17179869184 (16 GiB).")
            .Validate(
                options => options.RetainedFor >= TimeSpan.FromSeconds(10) && options.RetainedFor <= TimeSpan.FromDays(365),
                "Events:RetainedFor must be between 00:00:10 (10 seconds) and 365.00:00:00 (a year).")
            .Validate(options => IsInterval(options.Timeout), "Events:Timeout must be between 00:00:00.050 and 00:01:00 (1 minute).")
            .Validate(
                options => IsInterval(options.CheckInterval),
                "Events:CheckInterval must be between 00:00:00.050 and 00:01:00 (1 minute).")
            .Validate(
                options => options.IsKeyPrefixValid(),
                "Events:KeyPrefix must have 1 to 64 of the characters A-Z, a-z, 0-9 and _ : . -")
            .Validate(
                options => options.IsConnectionStringValid(),
                "ConnectionStrings:redis must be addresses and then options, like redis.example.com:6379,password=secret, or a "
                + "URL like rediss://user:password@redis.example.com:6379/0. A password with a comma needs a URL, with %2C for "
                + "the comma.")
            .Validate(
                options => !options.HasChannelPrefix(),
                "ConnectionStrings:redis must not have channelPrefix. Events:KeyPrefix is the prefix of the channel too.")
            .Validate<IConfiguration>(
                (_, configuration) => configuration[IssuerVariable] is not { Length: > 0 } path || File.Exists(path),
                $"{IssuerVariable} must name the file with the certificate of the authority that signed Redis's; there is no "
                + "such file.")
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<WebhookLog>();
        builder.Services.AddSingleton<LogFollower>();
        builder.AddRedis();
        return builder;
    }

    private static bool IsInterval(TimeSpan value) =>
        value >= TimeSpan.FromMilliseconds(50) && value <= TimeSpan.FromMinutes(1);

    private static void AddRedis(this IHostApplicationBuilder builder)
    {
        // The lowest priority of all settings. The log reports an outage of Redis in one line; the client would report
        // every attempt to connect.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:StackExchange.Redis", nameof(LogLevel.Critical))],
        });
        var url = RedisUrl.TryParse(builder.Configuration.GetConnectionString(ConnectionName), out var parsed) ? parsed : null;
        builder.AddRedisClient(
            ConnectionName,
            settings =>
            {
                if (url is not null)
                    settings.ConnectionString = null;
                // It asks every node, also those that the log does not need.
                settings.DisableHealthChecks = true;
                settings.DisableAutoActivation = true;
                // The log's own spans name the server. The client's would add one for each check of the position.
                settings.DisableTracing = true;
            },
            options =>
            {
                url?.ApplyTo(options);
                // The service starts without Redis and connects when Redis comes. A command fails at once while there is no
                // connection: its caller retries.
                options.AbortOnConnectFail = false;
                // The start waits for the first attempt only, of up to ConnectTimeout; the client goes on by itself.
                options.ConnectRetry = 1;
                options.BacklogPolicy = BacklogPolicy.FailFast;
                options.ReconnectRetryPolicy = new LinearRetry(500);
            });

        // The log replaces its connection, so it makes each of them as the registration would have made the only one.
        var client = builder.Services.Last(service => service.ServiceType == typeof(IConnectionMultiplexer));
        builder.Services.Remove(client);
        builder.Services.AddSingleton(Connect);
        builder.Services.AddKeyedSingleton(SecondConnection, (services, _) => Connect(services));
        builder.Services.AddKeyedSingleton(SecondConnection, (services, key) => ActivatorUtilities.CreateInstance<WebhookLog>(
            services, services.GetRequiredKeyedService<LogConnection>(key)));
        // Connected at the start: many first requests at once would wait for it on as many threads, and it for a thread.
        builder.Services.ActivateSingleton<LogConnection>();

        LogConnection Connect(IServiceProvider services) => new(
            () => (IConnectionMultiplexer)client.ImplementationFactory!(services),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<LogConnection>>());
    }
}
