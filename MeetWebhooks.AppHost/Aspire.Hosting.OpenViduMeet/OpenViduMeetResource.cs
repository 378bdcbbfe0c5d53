namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// OpenVidu Meet in containers: the server with its REST API, its pages and its webhooks. Its media server, recorder,
/// object storage and Redis are containers of their own, children of this one.
/// </summary>
/// <param name="name">The resource's name.</param>
/// <param name="apiKey">The key for its REST API, which also signs its webhooks.</param>
/// <param name="mediaSecret">The secret that Meet, the media server and the recorder share.</param>
/// <param name="redisPassword">The password of Meet's own Redis.</param>
/// <param name="storagePassword">The password of the object storage.</param>
public sealed class OpenViduMeetResource(
    string name,
    ParameterResource apiKey,
    ParameterResource mediaSecret,
    ParameterResource redisPassword,
    ParameterResource storagePassword) : ContainerResource(name), IMeetResource
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

    /// <inheritdoc/>
    public ParameterResource ApiKey { get; } = apiKey;

    /// <inheritdoc/>
    public ReferenceExpression ServerUrl => ReferenceExpression.Create($"{HttpEndpoint}");

    /// <summary>The endpoint of the REST API and the pages.</summary>
    public EndpointReference HttpEndpoint => field ??= new EndpointReference(this, HttpEndpointName);

    /// <summary>The administrator's name, for Meet's console. <c>admin</c> unless it was set.</summary>
    public ParameterResource? AdminUser { get; internal set; }

    /// <summary>The administrator's password. <c>admin</c> unless it was set.</summary>
    public ParameterResource? AdminPassword { get; internal set; }

    /// <summary>
    /// The address of this machine that the media server tells browsers to send audio and video to. Browsers and the
    /// recorder's container must reach this machine by it, so it can't be the loopback address.
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
