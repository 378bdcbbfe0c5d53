using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>Where the application can be published to (<c>Publish:To</c>).</summary>
internal enum PublishTarget
{
    /// <summary>A Docker Compose file, for one machine. The default.</summary>
    Compose,

    /// <summary>A Helm chart for Kubernetes, for many.</summary>
    Kubernetes,
}

/// <summary>What the same application is as artefacts for servers.</summary>
internal static class PublishingExtensions
{
    /// <summary>Adds the environment that is published to; a run has none.</summary>
    /// <param name="builder">The application.</param>
    public static void AddPublishing(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsPublishMode)
            return;
        builder.AskInAspireOnly();
        if (builder.Target() == PublishTarget.Kubernetes)
            builder.AddKubernetes();
        else
            builder.AddCompose();
    }

    /// <summary>Gives a published service its health checks, its replicas, and no more rights than it needs.</summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> WithPublishing(this IResourceBuilder<ProjectResource> builder) =>
        builder.Is(PublishTarget.Kubernetes) ? builder.InKubernetes()
        : builder.Is(PublishTarget.Compose) ? builder.InCompose()
        : builder;

    /// <summary>Gives the published Redis its health check and a volume that stays.</summary>
    /// <param name="builder">Redis.</param>
    public static IResourceBuilder<RedisResource> WithPublishing(this IResourceBuilder<RedisResource> builder) =>
        builder.Is(PublishTarget.Kubernetes) ? builder.InKubernetes()
        : builder.Is(PublishTarget.Compose) ? builder.InCompose()
        : builder;

    /// <summary>Puts before the published replicas what balances between them.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="port">The port for the outside.</param>
    public static IResourceBuilder<ProjectResource> WithPublishedFrontDoor(
        this IResourceBuilder<ProjectResource> builder, int port) =>
        builder.Is(PublishTarget.Kubernetes) ? builder.BehindLoadBalancer()
        : builder.Is(PublishTarget.Compose) ? builder.BehindCaddy(port)
        : builder;

    // Without Aspire's own program there is nobody to ask for a value, and the publisher would wait for an answer. What is
    // missing stays open in what is published, and is filled in there.
    private static void AskInAspireOnly(this IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["ASPIRE_BACKCHANNEL_PATH"] is { Length: > 0 })
            return;
        builder.Configuration["ASPIRE_INTERACTIVITY_ENABLED"] = "false";
        builder.Services.AddLogging(logging => logging.AddFilter("Aspire.Hosting.ParameterProcessor", LogLevel.Error));
    }

    private static bool Is<T>(this IResourceBuilder<T> builder, PublishTarget target) where T : IResource =>
        builder.ApplicationBuilder.ExecutionContext.IsPublishMode && builder.ApplicationBuilder.Target() == target;

    private static PublishTarget Target(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue("Publish:To", PublishTarget.Compose);
}
