using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.AppHost.Start;

/// <summary>The ports that are the same at every start, and that another program can therefore have taken.</summary>
internal static class FixedPorts
{
    // The dashboard, and where it receives telemetry and the state of resources. Without a setting, the last three are any
    // free port.
    private static readonly string[] DashboardSettings =
    [
        "ASPNETCORE_URLS",
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL",
        "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
        "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    ];

    /// <summary>Whether all ports are chosen at random, as they are in tests.</summary>
    public static bool HasRandomPorts(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");

    /// <summary>Takes an endpoint's port from a setting.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="defaultPort">The port where it is not set.</param>
    /// <param name="alternative">What else helps where the port is in use, such as <c>or stop ...</c>.</param>
    /// <exception cref="DistributedApplicationException">The setting is not a port.</exception>
    public static IResourceBuilder<T> WithPortSetting<T>(
        this IResourceBuilder<T> builder, string endpointName, string setting, int defaultPort, string alternative = "")
        where T : IResourceWithEndpoints
    {
        var port = builder.ApplicationBuilder.Configuration.GetNumber(setting, defaultPort, IPEndPoint.MaxPort);
        return builder
            .WithEndpoint(endpointName, endpoint => endpoint.Port = port)
            .WithAnnotation(new PortSettingAnnotation(endpointName, $"set {setting} to another port{alternative}"));
    }

    /// <summary>Checks that all of them are free.</summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="DistributedApplicationException">A port is in use, or the user may not open it.</exception>
    public static void Check(IDistributedApplicationBuilder builder)
    {
        if (builder.HasRandomPorts())
            return;

        foreach (var resource in builder.Resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                if (endpoint.Port is { } port)
                    Check(port, endpoint.TargetHost, endpoint.Protocol, resource.Name, AdviceFor(resource, endpoint));
            }
        }

        foreach (var setting in DashboardSettings)
        {
            var urls = builder.Configuration[setting] ?? "";
            foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                var address = Parse(url, setting);
                var advice = $"set {setting} to another address";
                Check(address.Port, address.Host, ProtocolType.Tcp, "the dashboard", advice);
            }
        }
    }

    private static string? AdviceFor(IResource resource, EndpointAnnotation endpoint) =>
        resource.Annotations.OfType<PortSettingAnnotation>()
            .FirstOrDefault(annotation => annotation.EndpointName == endpoint.Name)?.Advice;

    private static BindingAddress Parse(string url, string setting)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new DistributedApplicationException(
                $"{setting} must be a URL such as http://localhost:15080, not '{url}'.");
        }
    }

    private static void Check(int port, string host, ProtocolType protocol, string owner, string? advice)
    {
        var isLocal = host is "localhost" or "127.0.0.1" or "[::1]";
        foreach (var address in (IPAddress[])(isLocal
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : [IPAddress.Any, IPAddress.IPv6Any]))
        {
            var problem = TryBind(new IPEndPoint(address, port), protocol) switch
            {
                SocketError.AddressAlreadyInUse => "is in use: stop the program that uses it",
                SocketError.AccessDenied => "needs more rights than this user has: give them",
                // Among others, that this machine has no IPv6.
                _ => null,
            };
            if (problem is not null)
            {
                throw new DistributedApplicationException(
                    $"Port {port} of {owner} {problem}{(advice is null ? "" : $", or {advice}")}.");
            }
        }
    }

    private static SocketError TryBind(IPEndPoint endPoint, ProtocolType protocol)
    {
        try
        {
            var type = protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream;
            using var socket = new Socket(endPoint.AddressFamily, type, protocol);
            socket.Bind(endPoint);
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private sealed record PortSettingAnnotation(string EndpointName, string Advice) : IResourceAnnotation;
}
