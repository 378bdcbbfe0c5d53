using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using YamlDotNet.Serialization;

namespace MeetWebhooks.Tests.AppHost;

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
    public async Task Kubernetes_runs_the_services_without_root_and_asks_whether_they_are_ready_and_alive()
    {
        await PublishAsync("Kubernetes");

        foreach (var name in (string[])["api", "web"])
        {
            var container = Read($"templates/{name}/deployment.yaml")["spec"]!["template"]!["spec"]!["containers"]![0]!;
            Assert.Equal("true", container["securityContext"]!["runAsNonRoot"]!.ToString());
            Assert.Equal("true", container["securityContext"]!["readOnlyRootFilesystem"]!.ToString());
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
    public async Task Kubernetes_keeps_the_log_on_a_claim_of_its_own()
    {
        await PublishAsync("Kubernetes");
        var redis = Read("templates/redis/statefulset.yaml")["spec"]!;
        var container = redis["template"]!["spec"]!["containers"]![0]!;

        Assert.Equal("-c", container["args"]![0]!.ToString());
        Assert.EndsWith("--appendonly yes", container["args"]![1]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("/data", container["volumeMounts"]![0]!["mountPath"]!.ToString());
        Assert.Equal(
            container["volumeMounts"]![0]!["name"]!.ToString(),
            redis["volumeClaimTemplates"]![0]!["metadata"]!["name"]!.ToString());
    }

    [Fact]
    public async Task Kubernetes_takes_each_secret_once_and_refuses_to_do_without()
    {
        await PublishAsync("Kubernetes");
        const string Password = "{{ required `Set secrets.redis_password.` .Values.secrets.redis_password }}";

        Assert.Equal(Password, Read("templates/redis/secrets.yaml")["stringData"]!["REDIS_PASSWORD"]!.ToString());
        foreach (var name in (string[])["api", "web"])
        {
            Assert.EndsWith(
                "password=" + Password,
                Read($"templates/{name}/secrets.yaml")["stringData"]!["ConnectionStrings__redis"]!.ToString(),
                StringComparison.Ordinal);
        }

        Assert.Equal(
            "{{ required `Set secrets.meet_api_key.` .Values.secrets.meet_api_key }}",
            Read("templates/api/secrets.yaml")["stringData"]!["Meet__ApiKey"]!.ToString());
        Assert.Equal(
            "{{ required `Set config.meet_url.` .Values.config.meet_url }}",
            Read("templates/api/config.yaml")["data"]!["Meet__ServerUrl"]!.ToString());
        Assert.DoesNotContain("meet_api_key", Read("templates/web/secrets.yaml").ToJsonString(), StringComparison.Ordinal);
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

    private JsonNode Read(string file)
    {
        var yaml = new Deserializer().Deserialize(File.ReadAllText(Path.Combine(_output.FullName, file)));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml))!;
    }
}
