namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An OpenVidu Meet that services use: containers of this application, a simulator, or a server that runs elsewhere.
/// </summary>
public interface IMeetResource : IResource
{
    /// <summary>The URL of the REST API and the pages.</summary>
    ReferenceExpression ServerUrl { get; }

    /// <summary>The key for the REST API, which also signs the webhooks.</summary>
    ParameterResource ApiKey { get; }
}
