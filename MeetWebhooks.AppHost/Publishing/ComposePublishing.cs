using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>Publishes the application as a Docker Compose file.</summary>
internal static class ComposePublishing
{
    private const string CaddyImage = "caddy";
    private const string CaddyTag = "2.10-alpine";
    private const int CaddyPort = 8080;

    // Docker's own networks. Only Caddy is reachable from outside the application's network.
    private const string DockerNetworks = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16";

    /// <summary>Adds the Compose environment, and configures each service for it.</summary>
    /// <param name="builder">The application, with all its resources.</param>
    public static void PublishToCompose(this IDistributedApplicationBuilder builder)
    {
        builder.AddDockerComposeEnvironment("compose")
            .WithDashboard(enabled: false)
            .ConfigureComposeFile(RestartAndWaitForHealth);

        foreach (var service in builder.Services())
        {
            service.PublishAsDockerComposeService((_, compose) =>
                ConfigureService(compose, service.Resource.GetReplicaCount()));
        }

        builder.Redis().PublishAsDockerComposeService((_, compose) => ConfigureRedis(compose));
        builder.FrontDoor().BehindCaddy();
    }

    private static void RestartAndWaitForHealth(ComposeFile file)
    {
        foreach (var service in file.Services.Values)
        {
            service.Restart = "unless-stopped";
            // Where a dependency has a health check, having started is not enough.
            foreach (var (name, dependency) in service.DependsOn)
            {
                if (file.Services[name].Healthcheck is not null)
                    dependency.Condition = "service_healthy";
            }
        }
    }

    // Replicas, a health check, a read-only file system, no rights.
    private static void ConfigureService(Service service, int replicas)
    {
        service.Deploy = new Deploy { Replicas = replicas };
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
    }

    private static void ConfigureRedis(Service service)
    {
        // The user of Redis's own image, which gives up root by itself only where its entry point is used.
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
    }

    // Compose can't publish one port for several replicas. Caddy finds them by the network's own DNS, sends a request
    // to the one with the fewest connections, and passes Server-Sent Events on unbuffered.
    private static void BehindCaddy(this IResourceBuilder<ProjectResource> frontDoor)
    {
        var endpoint = frontDoor.GetEndpoint("http").EndpointAnnotation;
        endpoint.IsExternal = false;
        frontDoor.WithEnvironment("TrustedProxies", DockerNetworks);
        frontDoor.ApplicationBuilder.AddContainer("frontdoor", CaddyImage, CaddyTag)
            .WithHttpEndpoint(endpoint.Port, CaddyPort)
            .WithExternalHttpEndpoints()
            .WithContainerFiles("/etc/caddy", [new ContainerFile { Name = "Caddyfile", Contents = $$"""
                :{{CaddyPort}}
                reverse_proxy {
                    dynamic a {{frontDoor.Resource.Name}} {{endpoint.TargetPort}}
                    lb_policy least_conn
                    lb_try_duration 5s
                    fail_duration 10s
                }

                """ }])
            .WaitFor(frontDoor);
    }
}
