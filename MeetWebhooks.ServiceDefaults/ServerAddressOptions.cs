using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>Where a service listens, in the settings of ASP.NET Core: validated before anything is started.</summary>
internal sealed class ServerAddressOptions
{
    /// <summary>Addresses with semicolons between.</summary>
    public string Urls { get; set; } = "";

    /// <summary>Ports with semicolons between; they are for all addresses, where <see cref="Urls"/> is empty.</summary>
    [ConfigurationKeyName("http_ports")]
    public string HttpPorts { get; set; } = "";

    /// <inheritdoc cref="HttpPorts"/>
    [ConfigurationKeyName("https_ports")]
    public string HttpsPorts { get; set; } = "";

    /// <summary>Adds the validation to a service.</summary>
    public static void AddTo(IServiceCollection services) => services.AddOptions<ServerAddressOptions>()
        .BindConfiguration("")
        .Validate(
            options => Split(options.Urls).All(IsAddress),
            "urls (--urls, ASPNETCORE_URLS, SERVER_PORT) must be addresses like http://*:6080, with ; between.")
        .Validate(
            options => Split(options.HttpPorts).All(IsPort),
            "http_ports (ASPNETCORE_HTTP_PORTS) must be ports like 8080, with ; between.")
        .Validate(
            options => Split(options.HttpsPorts).All(IsPort),
            "https_ports (ASPNETCORE_HTTPS_PORTS) must be ports like 8443, with ; between.")
        .ValidateOnStart();

    private static string[] Split(string values) => values.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsAddress(string value)
    {
        try
        {
            var address = BindingAddress.Parse(value);
            return address.Scheme.ToUpperInvariant() is "HTTP" or "HTTPS"
                && address.Port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
                && address.PathBase.Length == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsPort(string value) =>
        ushort.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
