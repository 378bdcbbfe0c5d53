namespace MeetWebhooks.AppHost.Meet;

/// <summary>An OpenVidu Meet of whichever kind, as the rest of the application sees it.</summary>
/// <param name="Resource">What the dashboard shows of it.</param>
/// <param name="Url">Where browsers and the Api find it: an endpoint, or a parameter.</param>
/// <param name="ApiKey">The key for its REST API, which also signs its webhooks.</param>
/// <param name="DeliverTo">Tells it which front door takes its webhooks, where it can be told.</param>
internal sealed record MeetServer(
    IResourceBuilder<IResource> Resource,
    object Url,
    IResourceBuilder<ParameterResource> ApiKey,
    Action<EndpointReference> DeliverTo);
