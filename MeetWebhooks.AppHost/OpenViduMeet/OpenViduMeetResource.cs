namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An OpenVidu Meet: the server with its REST API, its pages and its webhooks. Its media server, recorder, object storage
/// and Redis are containers of their own, children of this one.
/// </summary>
/// <param name="name">The resource's name.</param>
/// <param name="apiKey">The key for its REST API, which also signs its webhooks.</param>
/// <param name="mediaSecret">What Meet, the media server and the recorder know each other by.</param>
/// <param name="redisPassword">The password of Meet's own Redis.</param>
/// <param name="storagePassword">The password of the object storage.</param>
public sealed class OpenViduMeetResource(
    string name,
    ParameterResource apiKey,
    ParameterResource mediaSecret,
    ParameterResource redisPassword,
    ParameterResource storagePassword) : ContainerResource(name), IResourceWithServiceDiscovery
{
    /// <summary>The name of the endpoint with the REST API and the pages.</summary>
    public const string HttpEndpointName = "http";

    internal const int HttpPort = 6080;
    internal const int SignallingPort = 7880;
    internal const int MediaTcpPort = 7881;
    internal const int MediaUdpPort = 7900;
    internal const int EgressHealthPort = 9091;
    internal const int StoragePort = 9000;
    internal const int RedisPort = 6379;

    internal const string MediaKey = "meet";
    internal const string StorageUser = "meet";
    internal const string Bucket = "openvidu-appdata";

    /// <summary>The key for the REST API, which also signs the webhooks.</summary>
    public ParameterResource ApiKey { get; } = apiKey;

    /// <summary>Where the REST API and the pages are.</summary>
    public EndpointReference HttpEndpoint => field ??= new EndpointReference(this, HttpEndpointName);

    /// <summary>The administrator's name, for Meet's console. <c>admin</c> unless it was set.</summary>
    public ParameterResource? AdminUser { get; internal set; }

    /// <summary>The administrator's password. <c>admin</c> unless it was set.</summary>
    public ParameterResource? AdminPassword { get; internal set; }

    /// <summary>
    /// The address of this machine that the media server tells browsers to send audio and video to. It must lead to this
    /// machine from the browsers and from the recorder's container, which the loopback address does not.
    /// </summary>
    public string AnnouncedAddress { get; internal set; } = "";

    internal string MediaServerName => $"{Name}-media";

    internal string EgressName => $"{Name}-egress";

    internal string StorageName => $"{Name}-storage";

    internal string RedisName => $"{Name}-redis";

    internal ParameterResource MediaSecret { get; } = mediaSecret;

    internal ParameterResource RedisPassword { get; } = redisPassword;

    internal ParameterResource StoragePassword { get; } = storagePassword;

    internal ReferenceExpression AdminUserExpression => Or(AdminUser, "admin");

    internal ReferenceExpression AdminPasswordExpression => Or(AdminPassword, "admin");

    private static ReferenceExpression Or(ParameterResource? parameter, string text) =>
        parameter is null ? ReferenceExpression.Create($"{text}") : ReferenceExpression.Create($"{parameter}");
}
