using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>
/// Publishes the application as a Helm chart, and corrects what a cluster would refuse of the publisher's output.
/// </summary>
internal static partial class KubernetesPublishing
{
    private const string Temporary = "tmp";

    // The user redis of Redis's own image.
    private const int RedisUser = 999;

    /// <summary>Adds the Kubernetes environment, and configures each service for it.</summary>
    /// <param name="builder">The application, with all its resources.</param>
    public static void PublishToKubernetes(this IDistributedApplicationBuilder builder)
    {
        var environment = builder.AddKubernetesEnvironment("kubernetes")
            .WithDashboard(enabled: false)
            .WithHelm(chart => chart
                .WithChartName("meetwebhooks")
                .WithChartDescription("Rooms, recordings and live webhooks of OpenVidu Meet"));

        foreach (var service in builder.Services())
            service.PublishAsKubernetesService(ConfigureService);

        builder.FrontDoor().PublishAsKubernetesService(BehindLoadBalancer);

        var redis = builder.Redis();
        var data = redis.Resource.Annotations.OfType<ContainerMountAnnotation>().Single();
        redis
            .WithPersistentVolume(environment.AddPersistentVolume(data.Source!).WithCapacity("1Gi"))
            .PublishAsKubernetesService(ConfigureRedis);
    }

    private static void ConfigureService(KubernetesResource service)
    {
        service.ShareValues();
        var pod = service.Workload!.PodTemplate.Spec;
        pod.Volumes.Add(new VolumeV1 { Name = Temporary, EmptyDir = new EmptyDirVolumeSourceV1() });
        var container = pod.Containers[0];
        container.VolumeMounts.Add(new VolumeMountV1 { Name = Temporary, MountPath = "/tmp" });
        container.SecurityContext = Restricted();

        // The publisher writes an endpoint's scheme in lower case.
        foreach (var probe in (ProbeV1?[])[container.ReadinessProbe, container.LivenessProbe])
            probe?.HttpGet?.Scheme = "HTTP";
    }

    // Each client keeps its own address, or all would share one limit of streams.
    private static void BehindLoadBalancer(KubernetesResource frontDoor)
    {
        frontDoor.Service!.Spec.Type = "LoadBalancer";
        frontDoor.Service.Spec.ExternalTrafficPolicy = "Local";
        frontDoor.Service.Spec.Ports[0].Port = 80;
    }

    private static void ConfigureRedis(KubernetesResource redis)
    {
        redis.ShareValues();
        var workload = (StatefulSet)redis.Workload!;
        workload.Spec.ServiceName = redis.Service!.Metadata.Name;

        var container = workload.PodTemplate.Spec.Containers[0];
        container.ReadinessProbe = new ProbeV1 { TcpSocket = new TcpSocketActionV1 { Port = 6379 } };
        container.SecurityContext = Restricted();
        container.SecurityContext.RunAsUser = RedisUser;
    }

    // The Pod Security Standard «restricted», with a read-only file system.
    private static SecurityContextV1 Restricted() => new()
    {
        RunAsNonRoot = true,
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new CapabilitiesV1 { Drop = { "ALL" } },
        SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
    };

    // Has all services read a parameter from one value of the chart, which must be set: secrets.NAME or config.NAME.
    // The publisher gives each service a value of its own, which aspire deploy sets.
    private static void ShareValues(this KubernetesResource service)
    {
        foreach (var data in (Dictionary<string, string>?[])[service.Secret?.StringData, service.ConfigMap?.Data])
        {
            foreach (var (key, value) in data ?? [])
            {
                data![key] = OfParameter().Replace(
                    value, "{{ coalesce .Values.$1.$3 .Values.$1.$2.$3 | required `Set $1.$3.` }}");
            }
        }
    }

    // A parameter's name is in lower case, an environment variable's is not.
    [GeneratedRegex(@"\{\{ \.Values\.(secrets|config)\.(\w+)\.([a-z_]+) \}\}")]
    private static partial Regex OfParameter();
}
