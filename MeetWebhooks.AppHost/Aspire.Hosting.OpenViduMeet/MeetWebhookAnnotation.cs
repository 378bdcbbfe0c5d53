namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where an <see cref="IMeetResource"/> delivers its webhooks.</summary>
/// <param name="Url">The URL that it posts them to.</param>
public sealed record MeetWebhookAnnotation(ReferenceExpression Url) : IResourceAnnotation;
