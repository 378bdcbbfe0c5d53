using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace MeetWebhooks.Web.Security;

/// <summary>
/// The proxies whose word about the browser's address is taken (setting <c>TrustedProxies</c>): addresses and networks
/// with commas between, for example <c>10.0.0.0/8, 192.168.1.5</c>. None by default, so that nobody can pretend to be
/// somebody else by a header.
/// </summary>
internal static class TrustedProxies
{
    private const string Setting = "TrustedProxies";

    public static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IConfiguration>((options, configuration) => Read(configuration[Setting] ?? "", options))
            .ValidateOnStart();
        return services;
    }

    private static void Read(string setting, ForwardedHeadersOptions options)
    {
        var proxies = setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (proxies.Length == 0)
            return;

        // ASP.NET Core trusts this machine by default; whoever wants that says so.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else if (IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new OptionsValidationException(
                    Setting,
                    typeof(ForwardedHeadersOptions),
                    [$"{Setting} must be addresses or networks with commas between, for example 10.0.0.0/8, 192.168.1.5."]);
        }

        options.ForwardedHeaders = ForwardedHeaders.All;
        // As many hops as are trusted: each is checked.
        options.ForwardLimit = null;
    }
}
