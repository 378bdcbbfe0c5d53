using MeetWebhooks.AppHost.Start;

namespace MeetWebhooks.AppHost;

/// <summary>What the application's own services have in common, and how the outside reaches them.</summary>
internal static class ServiceExtensions
{
    private const int ContainerPort = 8080;

    /// <summary>
    /// Adds a service with an HTTP endpoint and its probes. Its launch profiles are for running it alone, and are not
    /// read.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var isPublished = builder.ExecutionContext.IsPublishMode;
        return builder.AddProject<TProject>(name, launchProfileName: null)
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", isPublished ? "Production" : builder.Environment.EnvironmentName)
            .WithHttpEndpoint(targetPort: isPublished ? ContainerPort : null)
            // Aspire's own switch believes everybody; Web's TrustedProxies says whom to believe.
            .DisableForwardedHeaders()
            .WithHttpProbe(ProbeType.Readiness, "/health")
            .WithHttpProbe(ProbeType.Liveness, "/alive");
    }

    /// <summary>
    /// Makes a service the front door. Aspire's proxy stands before its replicas and balances between them; it, too,
    /// listens where the endpoint says. All interfaces it must be: OpenVidu Meet's container comes in by the containers'
    /// network, a phone by the local one.
    /// </summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> WithFrontDoor(this IResourceBuilder<ProjectResource> builder) =>
        builder
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "0.0.0.0")
            .WithPortSetting("http", "SERVER_PORT", 6080)
            .WithSummary("Page", builder.GetEndpoint("http"))
            .WithUrlForEndpoint("http", url => url.DisplayText = "Rooms and recordings")
            .WithExternalHttpEndpoints();
}
