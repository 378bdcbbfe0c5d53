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
            // Aspire's own switch trusts every proxy; Web's TrustedProxies says which to trust.
            .DisableForwardedHeaders()
            .WithHttpProbe(ProbeType.Readiness, "/health")
            .WithHttpProbe(ProbeType.Liveness, "/alive")
            .WithLink("http", "Health", "/health");
    }

    /// <summary>
    /// Makes a service the front door: one port, on all interfaces, with Aspire's proxy balancing between the replicas.
    /// OpenVidu Meet's containers come in by the container network, phones by the local one.
    /// </summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> WithFrontDoor(this IResourceBuilder<ProjectResource> builder) => builder
        .WithEndpoint("http", endpoint => endpoint.TargetHost = "0.0.0.0")
        .WithPortSetting("http", "SERVER_PORT", 6080)
        .WithSummary("Page", builder.GetEndpoint("http"))
        .WithExternalHttpEndpoints()
        .WithLink("http", "Rooms and recordings");

    /// <summary>Tells a service where browsers reach OpenVidu Meet, without the API key.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="meet">OpenVidu Meet.</param>
    public static IResourceBuilder<ProjectResource> WithMeetPublicUrl(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<IMeetResource> meet) => builder
        .WithReferenceRelationship(meet.Resource)
        .WithEnvironment("Meet__PublicUrl", meet.Resource.ServerUrl);
}
