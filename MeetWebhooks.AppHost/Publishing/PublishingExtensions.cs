using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>What the application can be published as (<c>Publish:To</c>).</summary>
internal enum PublishTarget
{
    /// <summary>A Docker Compose file, for one machine. The default.</summary>
    Compose,

    /// <summary>A Helm chart for Kubernetes, for many.</summary>
    Kubernetes,
}

/// <summary>Publishes the application, and makes it reachable from the Internet while it runs.</summary>
internal static class PublishingExtensions
{
    /// <summary>Adds to the finished model what publishing needs or, in a run, the dev tunnel.</summary>
    /// <param name="builder">The application, with all its resources.</param>
    public static void AddPublishing(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.AddTunnel();
            return;
        }

        builder.AskInAspireOnly();
        if (builder.Configuration.GetValue("Publish:To", PublishTarget.Compose) == PublishTarget.Kubernetes)
            builder.PublishToKubernetes();
        else
            builder.PublishToCompose();
    }

    /// <summary>The services that are built here.</summary>
    public static IReadOnlyList<IResourceBuilder<ProjectResource>> Services(
        this IDistributedApplicationBuilder builder) =>
        [.. builder.Resources.OfType<ProjectResource>().Select(builder.CreateResourceBuilder)];

    /// <summary>The service with an endpoint for the outside.</summary>
    public static IResourceBuilder<ProjectResource> FrontDoor(this IDistributedApplicationBuilder builder) =>
        builder.Services().Single(service =>
            service.Resource.GetEndpoints().Any(endpoint => endpoint.EndpointAnnotation.IsExternal));

    /// <summary>The Redis that holds the log.</summary>
    public static IResourceBuilder<RedisResource> Redis(this IDistributedApplicationBuilder builder) =>
        builder.CreateResourceBuilder(builder.Resources.OfType<RedisResource>().Single());

    // Without Aspire's own program nobody can be asked for a value, and the publisher would wait for an answer. A
    // missing value stays open in the published files.
    private static void AskInAspireOnly(this IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["ASPIRE_BACKCHANNEL_PATH"] is { Length: > 0 })
            return;
        builder.Configuration["ASPIRE_INTERACTIVITY_ENABLED"] = "false";
        builder.Services.AddLogging(logging => logging.AddFilter("Aspire.Hosting.ParameterProcessor", LogLevel.Error));
    }
}
