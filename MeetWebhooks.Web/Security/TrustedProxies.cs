using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace MeetWebhooks.Web.Security;

/// <summary>
/// The proxies whose word about the browser's address is taken (setting <c>TrustedProxies</c>): addresses and networks
/// with commas between, for example <c>10.0.0.0/8, 192.168.1.5</c>. None by default, so that nobody can pretend to be
/// somebody else by a header.
/// </summary>
internal static partial class TrustedProxies
{
    private const string Setting = "TrustedProxies";

    // The framework's switch (ASPNETCORE_FORWARDEDHEADERS_ENABLED) believes everybody.
    private const string FrameworkSwitch = "ForwardedHeaders_Enabled";

    public static WebApplicationBuilder AddTrustedProxies(this WebApplicationBuilder builder)
    {
        if (string.Equals(builder.Configuration[FrameworkSwitch], "true", StringComparison.OrdinalIgnoreCase))
        {
            builder.Configuration[FrameworkSwitch] = "false";
            builder.Services.AddHostedService<SwitchWarning>();
        }

        builder.Services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IConfiguration>((options, configuration) => Read(configuration[Setting], options))
            .Validate<IConfiguration>(
                (_, configuration) => SettingList.Split(configuration[Setting]).All(IsAddressOrNetwork),
                $"{Setting} must be addresses or networks with commas between, for example 10.0.0.0/8, 192.168.1.5.")
            .ValidateOnStart();
        return builder;
    }

    private static void Read(string? setting, ForwardedHeadersOptions options)
    {
        var proxies = SettingList.Split(setting);
        if (proxies.Length == 0)
            return;

        // ASP.NET Core trusts this machine by default. Here it is trusted only where the setting names it.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPNetwork.TryParse(WithPrefix(proxy), out var network))
                options.KnownIPNetworks.Add(network);
        }

        options.ForwardedHeaders = ForwardedHeaders.All;
        // As many hops as are trusted: each is checked.
        options.ForwardLimit = null;
    }

    private static bool IsAddressOrNetwork(string proxy) => IPNetwork.TryParse(WithPrefix(proxy), out _);

    /// <summary>An address as the network that contains only it.</summary>
    private static string WithPrefix(string proxy) =>
        IPAddress.TryParse(proxy, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length).ToString() : proxy;

    private sealed partial class SwitchWarning(ILogger<SwitchWarning> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            LogIgnored();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage(LogLevel.Warning, "ASPNETCORE_FORWARDEDHEADERS_ENABLED is ignored, because it believes every client. "
            + "Set TrustedProxies to the addresses of your proxies.")]
        private partial void LogIgnored();
    }
}
