using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YamlDotNet.Serialization;

namespace MeetWebhooks.Tests.AppHost.Publishing;

public sealed class PublishingTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("meetwebhooks-");

    [Fact]
    public async Task Compose_runs_the_replicas_behind_one_published_port()
    {
        await PublishAsync("Compose");
        var services = Read("docker-compose.yaml")["services"]!;

        Assert.Equal("2", services["web"]!["deploy"]!["replicas"]!.ToString());
        Assert.Equal("6080:8080", Assert.Single(services["frontdoor"]!["ports"]!.AsArray())!.ToString());
        foreach (var name in (string[])["redis", "api", "web"])
            Assert.Null(services[name]!["ports"]);
        Assert.Contains(
            "dynamic a web 8080",
            Read("docker-compose.yaml")["configs"]!["frontdoor__etc_caddy_Caddyfile"]!["content"]!.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_gives_the_services_no_more_rights_than_they_need_and_asks_for_their_health()
    {
        await PublishAsync("Compose");
        var services = Read("docker-compose.yaml")["services"]!;

        foreach (var name in (string[])["api", "web"])
        {
            var service = services[name]!;
            Assert.Equal("true", service["read_only"]!.ToString());
            Assert.Equal("ALL", Assert.Single(service["cap_drop"]!.AsArray())!.ToString());
            Assert.Contains("/health", service["healthcheck"]!["test"]!.ToString(), StringComparison.Ordinal);
            Assert.Equal("service_healthy", service["depends_on"]!["redis"]!["condition"]!.ToString());
        }

        Assert.Equal("redis", services["redis"]!["user"]!.ToString());
        Assert.Equal("ALL", Assert.Single(services["redis"]!["cap_drop"]!.AsArray())!.ToString());
    }

    [Fact]
    public async Task Each_visitor_has_an_address_of_its_own_behind_Caddy_and_behind_the_load_balancer()
    {
        await PublishAsync("Compose");
        var environment = Read("docker-compose.yaml")["services"]!["web"]!["environment"]!;
        Assert.Contains("172.16.0.0/12", environment["TrustedProxies"]!.ToString(), StringComparison.Ordinal);
        Assert.Null(environment["ASPNETCORE_FORWARDEDHEADERS_ENABLED"]);

        await PublishAsync("Kubernetes");
        Assert.Equal("Local", Read("templates/web/service.yaml")["spec"]!["externalTrafficPolicy"]!.ToString());
    }

    [Fact]
    public async Task Compose_keeps_the_log_on_a_volume()
    {
        await PublishAsync("Compose");
        var redis = Read("docker-compose.yaml")["services"]!["redis"]!;

        Assert.EndsWith("--appendonly yes", redis["command"]!.AsArray()[^1]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("/data", Assert.Single(redis["volumes"]!.AsArray())!["target"]!.ToString());
    }

    [Fact]
    public async Task Compose_holds_no_secret()
    {
        await PublishAsync("Compose");
        var services = Read("docker-compose.yaml")["services"]!;

        Assert.Equal("${MEET_API_KEY}", services["api"]!["environment"]!["Meet__ApiKey"]!.ToString());
        Assert.Equal("${MEET_URL}", services["api"]!["environment"]!["Meet__ServerUrl"]!.ToString());
        Assert.EndsWith(
            "password=${REDIS_PASSWORD}",
            services["web"]!["environment"]!["ConnectionStrings__redis"]!.ToString(),
            StringComparison.Ordinal);
        Assert.All(
            File.ReadLines(Path.Combine(_output.FullName, ".env")).Where(line => !line.StartsWith('#') && line.Length > 0),
            line => Assert.EndsWith("=", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kubernetes_runs_everything_without_root_and_with_no_more_rights_than_it_needs()
    {
        await PublishAsync("Kubernetes");

        foreach (var file in (string[])["api/deployment.yaml", "web/deployment.yaml", "redis/statefulset.yaml"])
        {
            var context = Container(file)["securityContext"]!;
            Assert.Equal("true", context["runAsNonRoot"]!.ToString());
            Assert.Equal("true", context["readOnlyRootFilesystem"]!.ToString());
            Assert.Equal("false", context["allowPrivilegeEscalation"]!.ToString());
            Assert.Equal("ALL", Assert.Single(context["capabilities"]!["drop"]!.AsArray())!.ToString());
            Assert.Equal("RuntimeDefault", context["seccompProfile"]!["type"]!.ToString());
        }
    }

    [Fact]
    public async Task Kubernetes_asks_the_services_whether_they_are_ready_and_alive()
    {
        await PublishAsync("Kubernetes");

        foreach (var name in (string[])["api", "web"])
        {
            var container = Container($"{name}/deployment.yaml");
            AssertProbe(container["readinessProbe"]!, "/health");
            AssertProbe(container["livenessProbe"]!, "/alive");
        }

        static void AssertProbe(JsonNode probe, string path)
        {
            Assert.Equal(path, probe["httpGet"]!["path"]!.ToString());
            Assert.Equal("8080", probe["httpGet"]!["port"]!.ToString());
            Assert.Equal("HTTP", probe["httpGet"]!["scheme"]!.ToString());
        }
    }

    [Fact]
    public async Task Kubernetes_runs_two_replicas_behind_a_load_balancer()
    {
        await PublishAsync("Kubernetes");

        Assert.Equal("2", Read("templates/web/deployment.yaml")["spec"]!["replicas"]!.ToString());
        var service = Read("templates/web/service.yaml")["spec"]!;
        Assert.Equal("LoadBalancer", service["type"]!.ToString());
        Assert.Equal("80", service["ports"]![0]!["port"]!.ToString());
        Assert.Equal("8080", service["ports"]![0]!["targetPort"]!.ToString());
        Assert.Equal("ClusterIP", Read("templates/api/service.yaml")["spec"]!["type"]!.ToString());
    }

    [Fact]
    public async Task Kubernetes_keeps_the_log_on_a_volume()
    {
        await PublishAsync("Kubernetes");
        var redis = Read("templates/redis/statefulset.yaml")["spec"]!;
        var container = Container("redis/statefulset.yaml");
        var volume = Assert.Single(redis["template"]!["spec"]!["volumes"]!.AsArray())!;

        Assert.EndsWith("--appendonly yes", container["args"]!.AsArray()[^1]!.ToString(), StringComparison.Ordinal);
        var mount = Assert.Single(container["volumeMounts"]!.AsArray())!;
        Assert.Equal("/data", mount["mountPath"]!.ToString());
        Assert.Equal(volume["name"]!.ToString(), mount["name"]!.ToString());
        Assert.Equal(
            Read("templates/redis-data/redis-data.yaml")["metadata"]!["name"]!.ToString(),
            volume["persistentVolumeClaim"]!["claimName"]!.ToString());
    }

    [Fact]
    public async Task Kubernetes_takes_each_secret_once_and_refuses_to_do_without()
    {
        await PublishAsync("Kubernetes");

        Assert.Equal(
            Value("secrets", "redis", "redis_password"),
            Read("templates/redis/secrets.yaml")["stringData"]!["REDIS_PASSWORD"]!.ToString());
        foreach (var name in (string[])["api", "web"])
        {
            Assert.EndsWith(
                "password=" + Value("secrets", name, "redis_password"),
                Read($"templates/{name}/secrets.yaml")["stringData"]!["ConnectionStrings__redis"]!.ToString(),
                StringComparison.Ordinal);
        }

        Assert.Equal(
            Value("secrets", "api", "meet_api_key"),
            Read("templates/api/secrets.yaml")["stringData"]!["Meet__ApiKey"]!.ToString());
        Assert.Equal(
            Value("config", "api", "meet_url"),
            Read("templates/api/config.yaml")["data"]!["Meet__ServerUrl"]!.ToString());
        Assert.DoesNotContain("meet_api_key", Read("templates/web/secrets.yaml").ToJsonString(), StringComparison.Ordinal);
        Assert.All(
            Read("values.yaml")["secrets"]!.AsObject().SelectMany(service => service.Value!.AsObject()),
            secret => Assert.Equal("", secret.Value!.ToString()));

        static string Value(string section, string service, string name) =>
            $$$"""{{ coalesce .Values.{{{section}}}.{{{name}}} .Values.{{{section}}}.{{{service}}}.{{{name}}} """
            + $$$"""| required `Set {{{section}}}.{{{name}}}.` }}""";
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Delete(recursive: true);

    private async Task PublishAsync(string target)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MeetWebhooks_AppHost>(
            ["--operation", "publish", "--step", "publish", "--output-path", _output.FullName, $"--Publish:To={target}"],
            cancellationToken);
        await using var application = await builder.BuildAsync(cancellationToken);

        // The application stops by itself when it has published.
        var published = new TaskCompletionSource();
        using var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(published.SetResult);
        await application.StartAsync(cancellationToken);
        await published.Task.WaitAsync(Eventually.Limit, cancellationToken);
    }

    private JsonNode Container(string template) =>
        Read($"templates/{template}")["spec"]!["template"]!["spec"]!["containers"]![0]!;

    private JsonNode Read(string file)
    {
        var yaml = new Deserializer().Deserialize(File.ReadAllText(Path.Combine(_output.FullName, file)));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml))!;
    }
}
