using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>The application as a Docker Compose file.</summary>
internal static class ComposeExtensions
{
    private const string CaddyImage = "caddy";
    private const string CaddyTag = "2.10-alpine";
    private const int CaddyPort = 8080;

    // Docker's networks. Nothing but Caddy leads from outside into the one of the application.
    private const string DockerNetworks = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16";

    /// <summary>Adds the Compose environment. All services come back by themselves.</summary>
    public static void AddCompose(this IDistributedApplicationBuilder builder) => builder
        .AddDockerComposeEnvironment("compose")
        .WithDashboard(enabled: false)
        .ConfigureComposeFile(file =>
        {
            foreach (var service in file.Services.Values)
            {
                service.Restart = "unless-stopped";
                // Where the other has a health check, being started is not enough.
                foreach (var (name, dependency) in service.DependsOn)
                {
                    if (file.Services[name].Healthcheck is not null)
                        dependency.Condition = "service_healthy";
                }
            }
        });

    /// <summary>A service of this application: replicas, a health check, nothing writable, no new rights.</summary>
    public static IResourceBuilder<ProjectResource> InCompose(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsDockerComposeService((_, service) =>
        {
            service.Deploy = new Deploy { Replicas = builder.Resource.GetReplicaCount() };
            service.ReadOnly = true;
            service.Tmpfs = ["/tmp"];
            service.SecurityOpt = ["no-new-privileges:true"];
            service.CapDrop = ["ALL"];
            service.StopGracePeriod = "30s";
            service.Healthcheck = new Healthcheck
            {
                // BusyBox is in the Alpine images that the SDK builds on.
                Test = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"],
                Interval = "10s",
                Timeout = "5s",
                StartPeriod = "20s",
                Retries = 3,
            };
        });

    /// <summary>Redis, with a health check of its own.</summary>
    public static IResourceBuilder<RedisResource> InCompose(this IResourceBuilder<RedisResource> builder) =>
        builder.PublishAsDockerComposeService((_, service) =>
        {
            // Of Redis's own image, which gives up root by itself only where its entry point is used.
            service.User = "redis";
            service.SecurityOpt = ["no-new-privileges:true"];
            service.CapDrop = ["ALL"];
            service.Healthcheck = new Healthcheck
            {
                Test = ["CMD-SHELL", "redis-cli -a \"$$REDIS_PASSWORD\" --no-auth-warning ping | grep -q PONG"],
                Interval = "10s",
                Timeout = "5s",
                StartPeriod = "10s",
                Retries = 3,
            };
        });

    /// <summary>
    /// Puts Caddy before the replicas: Compose can't publish one port for several of them. It asks the network's own DNS
    /// who they are, sends new requests where the fewest streams are, and passes Server-Sent Events on unbuffered.
    /// </summary>
    public static IResourceBuilder<ProjectResource> BehindCaddy(this IResourceBuilder<ProjectResource> builder, int port)
    {
        var web = builder
            .WithEndpoint("http", endpoint => endpoint.IsExternal = false)
            .WithEnvironment("TrustedProxies", DockerNetworks)
            .Resource;
        builder.ApplicationBuilder.AddContainer("frontdoor", CaddyImage, CaddyTag)
            .WithHttpEndpoint(port, CaddyPort)
            .WithExternalHttpEndpoints()
            .WithContainerFiles("/etc/caddy", [new ContainerFile { Name = "Caddyfile", Contents = $$"""
                :{{CaddyPort}}
                reverse_proxy {
                    dynamic a {{web.Name}} 8080
                    lb_policy least_conn
                    lb_try_duration 5s
                    fail_duration 10s
                }

                """ }])
            .WaitFor(builder);
        return builder;
    }
}
