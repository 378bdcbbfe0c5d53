using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Aspire.Hosting;

/// <summary>Adds OpenVidu Meet's containers, for development, to an application model.</summary>
public static class OpenViduMeetBuilderExtensions
{
    // For everything that a browser or a phone must reach: by default, Aspire publishes a container's ports on the
    // loopback address only.
    private const string AllInterfaces = "0.0.0.0";

    private static readonly string HttpPort = OpenViduMeetResource.HttpPort.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Adds OpenVidu Meet with all it needs for meetings and recordings: its server and, hidden in the dashboard, the
    /// media server, the recorder, an object storage and a Redis of its own. Rooms and recordings are lost when the
    /// containers are removed; see <see cref="WithDataVolume"/>.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name; the other containers' names begin with it.</param>
    /// <param name="apiKey">The key for the REST API. Without one, a random key is made.</param>
    /// <param name="port">The port of the REST API and the pages on this machine. 9080 by default.</param>
    /// <returns>A builder for Meet's server.</returns>
    public static IResourceBuilder<OpenViduMeetResource> AddOpenViduMeet(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? apiKey = null,
        int port = 9080)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);

        var resource = new OpenViduMeetResource(
            name,
            apiKey?.Resource ?? builder.RandomSecret($"{name}-api-key"),
            builder.RandomSecret($"{name}-media-secret"),
            builder.RandomSecret($"{name}-redis-password"),
            builder.RandomSecret($"{name}-storage-password"))
        {
            AnnouncedAddress = FindAddressInTheNetwork(),
        };

        var redis = builder.AddMeetRedis(resource);
        var storage = builder.AddMeetStorage(resource);
        var media = builder.AddMeetMediaServer(resource).WaitFor(redis);
        var egress = builder.AddMeetEgress(resource).WaitFor(redis).WaitFor(media).WaitFor(storage);

        var meet = builder.AddResource(resource)
            .WithImage(OpenViduMeetContainerImageTags.MeetImage, OpenViduMeetContainerImageTags.MeetTag)
            .WithImageRegistry(OpenViduMeetContainerImageTags.Registry)
            .WithHttpEndpoint(port, OpenViduMeetResource.HttpPort, OpenViduMeetResource.HttpEndpointName)
            .WithEndpoint(OpenViduMeetResource.HttpEndpointName, endpoint => endpoint.TargetHost = AllInterfaces)
            .WithHttpHealthCheck("/health")
            .WithMeetSettings(media, storage, redis)
            .WithIconName("Video")
            .WaitFor(redis)
            .WaitFor(storage)
            .WaitFor(media);

        foreach (var child in (IResourceBuilder<ContainerResource>[])[redis, storage, media, egress])
            child.WithParentRelationship(meet).WithHidden();
        return meet;
    }

    /// <summary>Keeps rooms, recordings and settings when the containers are removed.</summary>
    /// <param name="builder">Meet.</param>
    /// <param name="name">The prefix of the volumes' names. By default, it follows from the application's name.</param>
    public static IResourceBuilder<OpenViduMeetResource> WithDataVolume(
        this IResourceBuilder<OpenViduMeetResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var storage = builder.Find(builder.Resource.StorageName);
        var redis = builder.Find(builder.Resource.RedisName);
        storage.WithVolume(NameOf(storage), "/bitnami/minio/data");
        redis.WithVolume(NameOf(redis), "/data");
        return builder;

        string NameOf(IResourceBuilder<ContainerResource> container) => name is null
            ? VolumeNameGenerator.Generate(container, "data")
            : $"{name}-{container.Resource.Name}";
    }

    /// <summary>Sets the administrator of Meet's console. Meet reads it when it starts for the first time.</summary>
    /// <param name="builder">Meet.</param>
    /// <param name="user">The name. <c>admin</c> by default.</param>
    /// <param name="password">The password. <c>admin</c> by default.</param>
    public static IResourceBuilder<OpenViduMeetResource> WithAdminCredentials(
        this IResourceBuilder<OpenViduMeetResource> builder,
        IResourceBuilder<ParameterResource>? user = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.AdminUser = user?.Resource ?? builder.Resource.AdminUser;
        builder.Resource.AdminPassword = password?.Resource ?? builder.Resource.AdminPassword;
        return builder;
    }

    /// <summary>Sets the port of the REST API and the pages on this machine.</summary>
    /// <param name="builder">Meet.</param>
    /// <param name="port">The port, or null for any free one.</param>
    public static IResourceBuilder<OpenViduMeetResource> WithHostPort(
        this IResourceBuilder<OpenViduMeetResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEndpoint(OpenViduMeetResource.HttpEndpointName, endpoint => endpoint.Port = port);
    }

    /// <summary>
    /// Sets the address of this machine that browsers send audio and video to, where the one that was found is wrong
    /// (a VPN, several networks). The loopback address doesn't work: the recorder would look for the media server in
    /// its own container.
    /// </summary>
    /// <param name="builder">Meet.</param>
    /// <param name="address">An IP address.</param>
    public static IResourceBuilder<OpenViduMeetResource> WithAnnouncedAddress(
        this IResourceBuilder<OpenViduMeetResource> builder, string address)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        builder.Resource.AnnouncedAddress = address;
        return builder;
    }

    private static IResourceBuilder<OpenViduMeetResource> WithMeetSettings(
        this IResourceBuilder<OpenViduMeetResource> builder,
        IResourceBuilder<ContainerResource> media,
        IResourceBuilder<ContainerResource> storage,
        IResourceBuilder<ContainerResource> redis)
    {
        var meet = builder.Resource;
        return builder
            .WithHostReachable()
            .WithEnvironment("SERVER_PORT", HttpPort)
            .WithEnvironment("MEET_NAME_ID", meet.Name)
            // Without it, links in webhooks have the host of the last request to Meet, which can be a health check.
            .WithEnvironment("MEET_BASE_URL", OnThisMachine(builder, OpenViduMeetResource.HttpEndpointName))
            .WithEnvironment("MEET_COOKIE_SECURE", "false")
            .WithEnvironment("MEET_INITIAL_API_KEY", meet.ApiKey)
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["MEET_INITIAL_ADMIN_USER"] = meet.AdminUserExpression;
                context.EnvironmentVariables["MEET_INITIAL_ADMIN_PASSWORD"] = meet.AdminPasswordExpression;
                if (meet.TryGetLastAnnotation<MeetWebhookAnnotation>(out var webhook))
                {
                    context.EnvironmentVariables["MEET_INITIAL_WEBHOOK_ENABLED"] = "true";
                    context.EnvironmentVariables["MEET_INITIAL_WEBHOOK_URL"] = webhook.Url;
                }
            })
            // The first address is for browsers, the second for Meet itself.
            .WithEnvironment("LIVEKIT_URL", WebSocket(OnThisMachine(media, "http")))
            .WithEnvironment("LIVEKIT_URL_PRIVATE", WebSocket(media.GetEndpoint("http")))
            .WithEnvironment("LIVEKIT_API_KEY", OpenViduMeetResource.MediaKey)
            .WithEnvironment("LIVEKIT_API_SECRET", meet.MediaSecret)
            .WithEnvironment("MEET_S3_SERVICE_ENDPOINT", storage.GetEndpoint("http"))
            .WithEnvironment("MEET_S3_BUCKET", OpenViduMeetResource.Bucket)
            .WithEnvironment("MEET_S3_SUBBUCKET", "openvidu-meet")
            .WithEnvironment("MEET_S3_ACCESS_KEY", OpenViduMeetResource.StorageUser)
            .WithEnvironment("MEET_S3_SECRET_KEY", meet.StoragePassword)
            .WithEnvironment("MEET_AWS_REGION", "us-east-1")
            .WithEnvironment("MEET_S3_WITH_PATH_STYLE_ACCESS", "true")
            .WithEnvironment("MEET_REDIS_HOST", redis.GetEndpoint("tcp").Property(EndpointProperty.Host))
            .WithEnvironment("MEET_REDIS_PORT", redis.GetEndpoint("tcp").Property(EndpointProperty.Port))
            .WithEnvironment("MEET_REDIS_PASSWORD", meet.RedisPassword)
            .WithEnvironment("MEET_REDIS_DB", "0");
    }

    private static IResourceBuilder<ContainerResource> AddMeetRedis(
        this IDistributedApplicationBuilder builder, OpenViduMeetResource meet) => builder
        .AddContainer(
            meet.RedisName, OpenViduMeetContainerImageTags.RedisImage, OpenViduMeetContainerImageTags.RedisTag)
        .WithImageRegistry(OpenViduMeetContainerImageTags.Registry)
        .WithEndpoint(targetPort: OpenViduMeetResource.RedisPort, name: "tcp")
        .WithArgs("redis-server", "--bind", "0.0.0.0", "--requirepass", meet.RedisPassword);

    private static IResourceBuilder<ContainerResource> AddMeetStorage(
        this IDistributedApplicationBuilder builder, OpenViduMeetResource meet) => builder
        .AddContainer(
            meet.StorageName, OpenViduMeetContainerImageTags.StorageImage, OpenViduMeetContainerImageTags.StorageTag)
        .WithImageRegistry(OpenViduMeetContainerImageTags.Registry)
        .WithHttpEndpoint(targetPort: OpenViduMeetResource.StoragePort)
        .WithHttpHealthCheck("/minio/health/live")
        .WithEnvironment("MINIO_ROOT_USER", OpenViduMeetResource.StorageUser)
        .WithEnvironment("MINIO_ROOT_PASSWORD", meet.StoragePassword)
        .WithEnvironment("MINIO_DEFAULT_BUCKETS", OpenViduMeetResource.Bucket);

    private static IResourceBuilder<ContainerResource> AddMeetMediaServer(
        this IDistributedApplicationBuilder builder, OpenViduMeetResource meet) => builder
        .AddContainer(
            meet.MediaServerName,
            OpenViduMeetContainerImageTags.MediaServerImage,
            OpenViduMeetContainerImageTags.MediaServerTag)
        .WithImageRegistry(OpenViduMeetContainerImageTags.Registry)
        .WithHttpEndpoint(
            OpenViduMeetResource.SignallingPort, OpenViduMeetResource.SignallingPort, isProxied: false)
        .WithEndpoint("http", endpoint => endpoint.TargetHost = AllInterfaces)
        .WithHttpHealthCheck("/")
        .WithMediaEndpoint("media-tcp", OpenViduMeetResource.MediaTcpPort, ProtocolType.Tcp)
        .WithMediaEndpoint("media-udp", OpenViduMeetResource.MediaUdpPort, ProtocolType.Udp)
        .WithHostReachable()
        .WithEnvironment(context => context.EnvironmentVariables["NODE_IP"] = meet.AnnouncedAddress)
        .WithEntrypoint("./livekit-server")
        .WithArgs("--config", $"{OpenViduMeetConfiguration.Folder}/{OpenViduMeetConfiguration.MediaServerFile}")
        .WithContainerFiles(
            OpenViduMeetConfiguration.Folder,
            (_, cancellationToken) => OpenViduMeetConfiguration.MediaServerAsync(meet, cancellationToken));

    private static IResourceBuilder<ContainerResource> AddMeetEgress(
        this IDistributedApplicationBuilder builder, OpenViduMeetResource meet) => builder
        .AddContainer(
            meet.EgressName, OpenViduMeetContainerImageTags.EgressImage, OpenViduMeetContainerImageTags.EgressTag)
        .WithImageRegistry(OpenViduMeetContainerImageTags.Registry)
        .WithHttpEndpoint(targetPort: OpenViduMeetResource.EgressHealthPort, name: "health")
        .WithHttpHealthCheck("/", endpointName: "health")
        .WithHostReachable()
        .WithEnvironment(
            "EGRESS_CONFIG_FILE", $"{OpenViduMeetConfiguration.Folder}/{OpenViduMeetConfiguration.EgressFile}")
        .WithContainerFiles(
            OpenViduMeetConfiguration.Folder,
            (_, cancellationToken) => OpenViduMeetConfiguration.EgressAsync(meet, cancellationToken));

    // Without a proxy, because the port that the media server announces must be the one that it listens on.
    private static IResourceBuilder<ContainerResource> WithMediaEndpoint(
        this IResourceBuilder<ContainerResource> builder, string name, int port, ProtocolType protocol) => builder
        .WithEndpoint(port, port, name: name, isProxied: false, protocol: protocol)
        .WithEndpoint(name, endpoint => endpoint.TargetHost = AllInterfaces);

    // Docker Desktop and Podman define this name for the host by themselves, Docker on Linux does not.
    private static IResourceBuilder<T> WithHostReachable<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource =>
        builder.WithContainerRuntimeArgs("--add-host", "host.docker.internal:host-gateway");

    private static EndpointReference OnThisMachine<T>(IResourceBuilder<T> builder, string endpoint)
        where T : IResourceWithEndpoints =>
        builder.GetEndpoint(endpoint, KnownNetworkIdentifiers.LocalhostNetwork);

    private static ReferenceExpression WebSocket(EndpointReference endpoint) =>
        ReferenceExpression.Create($"ws://{endpoint.Property(EndpointProperty.HostAndPort)}");

    private static IResourceBuilder<ContainerResource> Find(
        this IResourceBuilder<OpenViduMeetResource> builder, string name) =>
        builder.ApplicationBuilder.CreateResourceBuilder(
            builder.ApplicationBuilder.Resources.OfType<ContainerResource>().Single(resource => resource.Name == name));

    private static ParameterResource RandomSecret(this IDistributedApplicationBuilder builder, string name) =>
        ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, name, special: false);

    // This machine's address in the local network: that of the interface with a gateway.
    private static string FindAddressInTheNetwork() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .Select(network => network.GetIPProperties())
        .Where(network => network.GatewayAddresses.Count > 0)
        .SelectMany(network => network.UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?
        .ToString() ?? "127.0.0.1";
}
