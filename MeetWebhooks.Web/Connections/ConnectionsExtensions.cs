using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Connections;

internal static class ConnectionsExtensions
{
    public static IServiceCollection AddBrowserConnections(this IServiceCollection services)
    {
        // The thread that reads from a socket also handles what it has read. Nothing here blocks it.
        services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
        services.Configure<KestrelServerOptions>(server =>
        {
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next =>
            {
                var connections = endpoint.ApplicationServices.GetRequiredService<BrowserConnections>();
                return connection => connections.ServeAsync(connection, next);
            }));
        });
        // After what the code sets: configuration has the last word.
        services.AddOptions<KestrelServerOptions>().PostConfigure<IConfiguration>(
            static (server, configuration) => server.Limits.Bind(configuration.GetSection("Kestrel:Limits")));
        services.AddSingleton(static provider => ConnectionLimits.From(
            OpenFileLimit.OfThisProcess(),
            provider.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxConcurrentConnections));
        services.AddSingleton<BrowserConnections>();
        // Kestrel asks the transport that was registered last first.
        services.AddSingleton<IConnectionListenerFactory, BoundedTransport>();
        return services;
    }

    /// <summary>Notes which connections are in use. Comes before everything that may answer a request.</summary>
    public static IApplicationBuilder UseBrowserConnections(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            if (context.Features.Get<BrowserConnection>() is { } connection)
            {
                connection.BeginRequest();
                context.Response.OnCompleted(static connection =>
                {
                    ((BrowserConnection)connection).EndRequest();
                    return Task.CompletedTask;
                }, connection);
            }

            return next(context);
        });

    private static void Bind(this KestrelServerLimits limits, IConfigurationSection section)
    {
        section.Bind(limits);
        limits.MinRequestBodyDataRate = RateOf(section, nameof(limits.MinRequestBodyDataRate), limits.MinRequestBodyDataRate);
        limits.MinResponseDataRate = RateOf(section, nameof(limits.MinResponseDataRate), limits.MinResponseDataRate);
    }

    /// <summary>A rate cannot be changed, only replaced, which the binder does not do.</summary>
    private static MinDataRate? RateOf(IConfigurationSection limits, string name, MinDataRate? value)
    {
        var section = limits.GetSection(name);
        return !section.Exists() ? value : new MinDataRate(
            section.GetValue(nameof(MinDataRate.BytesPerSecond), value?.BytesPerSecond ?? 0),
            section.GetValue(nameof(MinDataRate.GracePeriod), value?.GracePeriod ?? default));
    }
}
