using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace MeetWebhooks.Tests.AppHost;

public sealed class OpenViduMeetTests
{
    [Theory]
    [InlineData("meet", "docker.io/openvidu/openvidu-meet:3.4.0")]
    [InlineData("meet-media", "docker.io/openvidu/openvidu-server:3.4.0")]
    [InlineData("meet-egress", "docker.io/livekit/egress:v1.10.0")]
    [InlineData("meet-storage", "docker.io/openvidu/minio:2025.5.24-debian-12-r1")]
    [InlineData("meet-redis", "docker.io/redis:7.4.4-alpine")]
    public void Its_images_are_those_of_its_own_local_deployment(string resource, string image)
    {
        var builder = Add();

        Assert.Equal(image, builder.Image(resource));
    }

    [Theory]
    [InlineData("meet", "http", 9080, 6080, ProtocolType.Tcp, true)]
    [InlineData("meet-media", "http", 7880, 7880, ProtocolType.Tcp, false)]
    [InlineData("meet-media", "media-tcp", 7881, 7881, ProtocolType.Tcp, false)]
    [InlineData("meet-media", "media-udp", 7900, 7900, ProtocolType.Udp, false)]
    public void What_browsers_need_is_on_all_interfaces(
        string resource, string name, int port, int containerPort, ProtocolType protocol, bool isProxied)
    {
        var builder = Add();

        var endpoint = builder.Endpoint(resource, name);
        Assert.Equal(port, endpoint.Port);
        Assert.Equal(containerPort, endpoint.TargetPort);
        Assert.Equal(protocol, endpoint.Protocol);
        Assert.Equal(isProxied, endpoint.IsProxied);
        Assert.Equal("0.0.0.0", endpoint.TargetHost);
    }

    [Theory]
    [InlineData("meet-redis", "tcp")]
    [InlineData("meet-storage", "http")]
    [InlineData("meet-egress", "health")]
    public void What_browsers_do_not_need_stays_on_this_machine(string resource, string name)
    {
        var builder = Add();

        Assert.Equal("localhost", builder.Endpoint(resource, name).TargetHost);
        Assert.Null(builder.Endpoint(resource, name).Port);
    }

    [Fact]
    public async Task Meet_finds_its_parts_by_name_and_browsers_find_them_on_this_machine()
    {
        var builder = Add();

        var environment = await builder.EnvironmentAsync("meet");
        Assert.Equal("6080", environment["SERVER_PORT"]);
        Assert.Equal("{meet.bindings.http.url}", environment["MEET_BASE_URL"]);
        Assert.Equal("ws://{meet-media.bindings.http.host}:{meet-media.bindings.http.port}", environment["LIVEKIT_URL"]);
        Assert.Equal(environment["LIVEKIT_URL"], environment["LIVEKIT_URL_PRIVATE"]);
        Assert.Equal("{meet-storage.bindings.http.url}", environment["MEET_S3_SERVICE_ENDPOINT"]);
        Assert.Equal("{meet-redis.bindings.tcp.host}", environment["MEET_REDIS_HOST"]);
        Assert.Equal("{meet-redis.bindings.tcp.port}", environment["MEET_REDIS_PORT"]);
        Assert.Equal("admin", environment["MEET_INITIAL_ADMIN_USER"]);
        Assert.Equal("admin", environment["MEET_INITIAL_ADMIN_PASSWORD"]);
    }

    [Fact]
    public async Task Webhooks_go_to_the_endpoint_that_was_named()
    {
        var builder = Add();
        var receiver = builder.AddContainer("receiver", "image").WithHttpEndpoint(targetPort: 80);

        Meet(builder).WithWebhook(receiver.GetEndpoint("http"), "/hook");

        var environment = await builder.EnvironmentAsync("meet");
        Assert.Equal("true", environment["MEET_INITIAL_WEBHOOK_ENABLED"]);
        Assert.Equal("{receiver.bindings.http.url}/hook", environment["MEET_INITIAL_WEBHOOK_URL"]);
    }

    [Fact]
    public async Task A_service_that_references_it_gets_its_URL_and_its_key()
    {
        var builder = Add();
        builder.AddContainer("service", "image").WithReference(Meet(builder));

        var environment = await builder.EnvironmentAsync("service");
        Assert.Equal("{meet.bindings.http.url}", environment["Meet__ServerUrl"]);
        Assert.Equal("{meet-api-key.value}", environment["Meet__ApiKey"]);
    }

    [Fact]
    public async Task On_Linux_too_its_containers_know_this_machine_by_name()
    {
        var builder = Add();

        foreach (var container in (string[])["meet", "meet-media", "meet-egress"])
        {
            var arguments = new ContainerRuntimeArgsCallbackContext([]);
            foreach (var callback in builder.Resource(container).Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
                await callback.Callback(arguments);
            Assert.Equal(["--add-host", "host.docker.internal:host-gateway"], arguments.Args);
        }
    }

    [Fact]
    public async Task Its_parts_share_one_secret_for_media_and_one_for_each_store()
    {
        var builder = Add();

        var media = await ConfigurationAsync(builder, "meet-media", "livekit.yaml");
        var egress = await ConfigurationAsync(builder, "meet-egress", "egress.yaml");
        var secret = media.GetProperty("keys").GetProperty("meet").GetString();

        Assert.NotEmpty(secret!);
        Assert.Equal("meet", media.GetProperty("webhook").GetProperty("api_key").GetString());
        Assert.Equal("meet", egress.GetProperty("api_key").GetString());
        Assert.Equal(secret, egress.GetProperty("api_secret").GetString());
        Assert.Equal(
            media.GetProperty("redis").GetProperty("password").GetString(),
            egress.GetProperty("redis").GetProperty("password").GetString());
    }

    [Fact]
    public async Task The_media_server_reports_to_Meet_and_the_recorder_stores_where_Meet_looks()
    {
        var builder = Add();

        var media = await ConfigurationAsync(builder, "meet-media", "livekit.yaml");
        var storage = (await ConfigurationAsync(builder, "meet-egress", "egress.yaml"))
            .GetProperty("storage").GetProperty("s3");
        var environment = await builder.EnvironmentAsync("meet");

        Assert.Equal(
            "http://meet:6080/livekit/webhook",
            Assert.Single(media.GetProperty("webhook").GetProperty("urls").EnumerateArray()).GetString());
        Assert.Equal(7900, media.GetProperty("rtc").GetProperty("udp_port").GetInt32());
        Assert.Equal(7881, media.GetProperty("rtc").GetProperty("tcp_port").GetInt32());
        Assert.Equal("http://meet-storage:9000", storage.GetProperty("endpoint").GetString());
        Assert.Equal(environment["MEET_S3_BUCKET"], storage.GetProperty("bucket").GetString());
        Assert.Equal(environment["MEET_S3_ACCESS_KEY"], storage.GetProperty("access_key").GetString());
    }

    [Fact]
    public void It_waits_for_what_it_needs_and_its_parts_are_its_hidden_children()
    {
        var builder = Add();

        Assert.Equal(["meet-media", "meet-redis", "meet-storage"], builder.Waits("meet"));
        Assert.Equal(["meet-media", "meet-redis", "meet-storage"], builder.Waits("meet-egress"));
        foreach (var part in (string[])["meet-media", "meet-egress", "meet-storage", "meet-redis"])
        {
            Assert.Contains(
                builder.Resource(part).Annotations.OfType<ResourceRelationshipAnnotation>(),
                relationship => relationship.Type == "Parent" && relationship.Resource.Name == "meet");
            Assert.True(builder.IsHidden(part));
        }
    }

    [Theory]
    [InlineData("meet")]
    [InlineData("meet-media")]
    [InlineData("meet-egress")]
    [InlineData("meet-storage")]
    public void Its_health_is_asked_for(string resource)
    {
        var builder = Add();

        Assert.NotEmpty(builder.Resource(resource).Annotations.OfType<HealthCheckAnnotation>());
    }

    [Fact]
    public void It_forgets_everything_unless_it_is_given_volumes()
    {
        var builder = Add();
        Assert.DoesNotContain(builder.Resources, HasVolume);

        Meet(builder).WithDataVolume("mine");

        Assert.Equal(
            [("meet-redis", "mine-meet-redis", "/data"), ("meet-storage", "mine-meet-storage", "/bitnami/minio/data")],
            builder.Resources.Where(HasVolume)
                .Select(resource => (resource.Name, Volume(resource).Source!, Volume(resource).Target))
                .Order());

        static bool HasVolume(IResource resource) => resource.Annotations.OfType<ContainerMountAnnotation>().Any();
        static ContainerMountAnnotation Volume(IResource resource) =>
            resource.Annotations.OfType<ContainerMountAnnotation>().Single();
    }

    [Fact]
    public async Task Administrator_port_and_announced_address_can_be_set()
    {
        var builder = Add();

        Meet(builder)
            .WithAdminCredentials(builder.AddParameter("user", "Ada"), builder.AddParameter("password", "secret", secret: true))
            .WithHostPort(9999)
            .WithAnnouncedAddress("192.0.2.7");

        var environment = await builder.EnvironmentAsync("meet");
        Assert.Equal("{user.value}", environment["MEET_INITIAL_ADMIN_USER"]);
        Assert.Equal("{password.value}", environment["MEET_INITIAL_ADMIN_PASSWORD"]);
        Assert.Equal(9999, builder.Endpoint("meet", "http").Port);
        Assert.Equal("192.0.2.7", (await builder.EnvironmentAsync("meet-media"))["NODE_IP"]);
    }

    private static IDistributedApplicationBuilder Add()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = typeof(Projects.MeetWebhooks_AppHost).Assembly.GetName().Name,
        });
        builder.AddOpenViduMeet("meet");
        return builder;
    }

    private static IResourceBuilder<OpenViduMeetResource> Meet(IDistributedApplicationBuilder builder) =>
        builder.CreateResourceBuilder((OpenViduMeetResource)builder.Resource("meet"));

    private static async Task<JsonElement> ConfigurationAsync(
        IDistributedApplicationBuilder builder, string resource, string file)
    {
        var annotation = builder.Resource(resource).Annotations.OfType<ContainerFileSystemCallbackAnnotation>().Single();
        var files = await annotation.Callback(
            new ContainerFileSystemCallbackContext
            {
                Model = builder.Resource(resource),
                Services = EmptyServices.Instance,
            },
            TestContext.Current.CancellationToken);
        var configuration = Assert.IsType<ContainerFile>(Assert.Single(files));
        Assert.Equal(file, configuration.Name);
        return JsonDocument.Parse(configuration.Contents!).RootElement;
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static readonly EmptyServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
