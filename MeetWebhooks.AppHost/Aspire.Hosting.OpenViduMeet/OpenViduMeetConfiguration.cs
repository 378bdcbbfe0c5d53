using System.Text.Json;

namespace Aspire.Hosting;

/// <summary>
/// The configuration files of the media server and of the recorder. Both read YAML, which includes JSON, so a
/// serializer writes them and escapes every value. Containers reach each other by their resources' names.
/// </summary>
internal static class OpenViduMeetConfiguration
{
    /// <summary>Where the files lie inside the containers.</summary>
    public const string Folder = "/etc/openvidu-meet";

    /// <summary>The media server's file.</summary>
    public const string MediaServerFile = "livekit.yaml";

    /// <summary>The recorder's file.</summary>
    public const string EgressFile = "egress.yaml";

    private static readonly string[] AllAddresses = [""];

    /// <summary>
    /// <see href="https://docs.livekit.io/home/self-hosting/deployment/">The media server's settings</see>. All media
    /// uses one UDP port, or one TCP port where UDP is blocked, so two published ports are enough. Its own webhooks
    /// go to Meet, which sends webhooks in turn. OpenVidu's analytics would need MongoDB.
    /// </summary>
    public static async Task<IEnumerable<ContainerFileSystemItem>> MediaServerAsync(
        OpenViduMeetResource meet, CancellationToken cancellationToken)
    {
        var secret = await meet.MediaSecret.GetValueAsync(cancellationToken);
        return File(MediaServerFile, new
        {
            openvidu = new { analytics = new { enabled = false } },
            port = OpenViduMeetResource.SignallingPort,
            bind_addresses = AllAddresses,
            rtc = new
            {
                tcp_port = OpenViduMeetResource.MediaTcpPort,
                udp_port = OpenViduMeetResource.MediaUdpPort,
            },
            redis = await RedisAsync(meet, cancellationToken),
            keys = new Dictionary<string, string?> { [OpenViduMeetResource.MediaKey] = secret },
            webhook = new
            {
                api_key = OpenViduMeetResource.MediaKey,
                urls = new[] { $"http://{meet.Name}:{OpenViduMeetResource.HttpPort}/livekit/webhook" },
            },
        });
    }

    /// <summary>
    /// <see href="https://docs.livekit.io/home/self-hosting/egress/">The recorder's settings</see>. It joins a room as
    /// a browser would, and writes the file to the object storage.
    /// </summary>
    public static async Task<IEnumerable<ContainerFileSystemItem>> EgressAsync(
        OpenViduMeetResource meet, CancellationToken cancellationToken) =>
        File(EgressFile, new
        {
            redis = await RedisAsync(meet, cancellationToken),
            api_key = OpenViduMeetResource.MediaKey,
            api_secret = await meet.MediaSecret.GetValueAsync(cancellationToken),
            ws_url = $"ws://{meet.MediaServerName}:{OpenViduMeetResource.SignallingPort}",
            health_port = OpenViduMeetResource.EgressHealthPort,
            storage = new
            {
                s3 = new
                {
                    access_key = OpenViduMeetResource.StorageUser,
                    secret = await meet.StoragePassword.GetValueAsync(cancellationToken),
                    region = "us-east-1",
                    endpoint = $"http://{meet.StorageName}:{OpenViduMeetResource.StoragePort}",
                    bucket = OpenViduMeetResource.Bucket,
                    force_path_style = true,
                },
            },
            // With the default costs, a laptop with few cores would refuse to record.
            cpu_cost = new { room_composite_cpu_cost = 0.01, web_cpu_cost = 0.01 },
        });

    private static async Task<object> RedisAsync(OpenViduMeetResource meet, CancellationToken cancellationToken) => new
    {
        address = $"{meet.RedisName}:{OpenViduMeetResource.RedisPort}",
        password = await meet.RedisPassword.GetValueAsync(cancellationToken),
    };

    private static ContainerFile[] File(string name, object settings) =>
        [new ContainerFile { Name = name, Contents = JsonSerializer.Serialize(settings) }];
}
