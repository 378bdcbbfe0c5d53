namespace Aspire.Hosting;

/// <summary>Connects an OpenVidu Meet of any kind to the services of an application.</summary>
public static class MeetResourceBuilderExtensions
{
    /// <summary>
    /// Gives a service what it needs to call OpenVidu Meet's REST API and to validate its webhooks: the environment
    /// variables <c>Meet__ServerUrl</c> and <c>Meet__ApiKey</c>.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="meet">OpenVidu Meet.</param>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IMeetResource> meet)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(meet);
        return builder
            .WithReferenceRelationship(meet.Resource)
            .WithEnvironment("Meet__ServerUrl", meet.Resource.ServerUrl)
            .WithEnvironment("Meet__ApiKey", meet.Resource.ApiKey);
    }

    /// <summary>
    /// Has OpenVidu Meet deliver its webhooks to an endpoint of this application. Its containers read the URL when they
    /// start for the first time. A server that runs elsewhere can't be configured here: set the URL in its console.
    /// </summary>
    /// <remarks>
    /// A receiver that runs on this machine, outside containers, must listen on all interfaces (its endpoint's
    /// <see cref="EndpointAnnotation.TargetHost"/> is <c>0.0.0.0</c>): on Linux a container reaches this machine by the
    /// address of the container network, not by the loopback address.
    /// </remarks>
    /// <param name="builder">OpenVidu Meet.</param>
    /// <param name="endpoint">The endpoint that takes the webhooks.</param>
    /// <param name="path">The path that takes them.</param>
    public static IResourceBuilder<T> WithWebhook<T>(
        this IResourceBuilder<T> builder, EndpointReference endpoint, string path = "/webhook")
        where T : IMeetResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        return builder
            .WithReferenceRelationship(endpoint.Resource)
            .WithAnnotation(
                new MeetWebhookAnnotation(ReferenceExpression.Create($"{endpoint}{path}")),
                ResourceAnnotationMutationBehavior.Replace);
    }
}
