using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeetWebhooks.Standalone;

/// <summary>Puts the whole system into a host.</summary>
public static class StandaloneExtensions
{
    /// <summary>Adds <see cref="StandaloneHost"/>, which starts and stops with the host.</summary>
    /// <param name="builder">The host.</param>
    public static IHostApplicationBuilder AddStandalone(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        builder.Services.AddOptions<StandaloneOptions>()
            .Configure(options =>
            {
                options.WebReplicas = configuration.GetValue("Web:Replicas", options.WebReplicas);
                options.SimulatorUrl = configuration["Simulator:Url"] ?? options.SimulatorUrl;
                if (configuration["urls"] is { Length: > 0 } url)
                    options.FrontDoorUrl = url;
                else if (configuration["SERVER_PORT"] is { Length: > 0 } port)
                    options.FrontDoorUrl = $"http://*:{port}";
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StandaloneHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StandaloneHost>());
        return builder;
    }
}
