namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>The simulator: an OpenVidu Meet that needs no containers.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="apiKey">The key for its REST API, which also signs its webhooks.</param>
internal sealed class SimulatorResource(string name, ParameterResource apiKey) : ProjectResource(name), IMeetResource
{
    /// <summary>The endpoint of the REST API and the pages.</summary>
    public EndpointReference HttpEndpoint => field ??= new EndpointReference(this, "http");

    /// <inheritdoc/>
    public ReferenceExpression ServerUrl => ReferenceExpression.Create($"{HttpEndpoint}");

    /// <inheritdoc/>
    public ParameterResource ApiKey { get; } = apiKey;
}
