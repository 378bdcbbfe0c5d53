namespace Aspire.Hosting;

/// <summary>
/// The images of a local OpenVidu Meet, as its own local deployment combines them
/// (<see href="https://github.com/OpenVidu/openvidu-local-deployment/tree/3.4.0/community"/>).
/// </summary>
internal static class OpenViduMeetContainerImageTags
{
    public const string Registry = "docker.io";

    public const string MeetImage = "openvidu/openvidu-meet";
    public const string MeetTag = "3.4.0";

    public const string MediaServerImage = "openvidu/openvidu-server";
    public const string MediaServerTag = "3.4.0";

    public const string EgressImage = "livekit/egress";
    public const string EgressTag = "v1.10.0";

    public const string StorageImage = "openvidu/minio";
    public const string StorageTag = "2025.5.24-debian-12-r1";

    public const string RedisImage = "redis";
    public const string RedisTag = "7.4.4-alpine";
}
