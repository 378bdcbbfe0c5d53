namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>An OpenVidu Meet that runs elsewhere.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="url">The URL of its REST API and its pages.</param>
/// <param name="apiKey">The key for its REST API, which also signs its webhooks.</param>
internal sealed class ExternalMeetResource(string name, ParameterResource url, ParameterResource apiKey)
    : Resource(name), IMeetResource
{
    /// <inheritdoc/>
    public ReferenceExpression ServerUrl { get; } = ReferenceExpression.Create($"{url}");

    /// <inheritdoc/>
    public ParameterResource ApiKey { get; } = apiKey;
}
