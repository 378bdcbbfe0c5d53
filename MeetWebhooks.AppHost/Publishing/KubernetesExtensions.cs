using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>
/// The application as a Helm chart. The publisher is a preview; what a cluster would not take of its output is put right
/// here.
/// </summary>
internal static partial class KubernetesExtensions
{
    private const string Temporary = "tmp";
    private const string Data = "data";

    /// <summary>Adds the Kubernetes environment.</summary>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder) => builder
        .AddKubernetesEnvironment("kubernetes")
        .WithProperties(kubernetes =>
        {
            kubernetes.HelmChartName = "meetwebhooks";
            kubernetes.HelmChartDescription = "Rooms, recordings and live webhooks of OpenVidu Meet";
        });

    /// <summary>A service of this application: no more rights than it needs.</summary>
    public static IResourceBuilder<ProjectResource> InKubernetes(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes =>
        {
            kubernetes.ShareValues();
            var pod = kubernetes.Workload!.PodTemplate.Spec;
            pod.Volumes.Add(new VolumeV1 { Name = Temporary, EmptyDir = new EmptyDirVolumeSourceV1() });
            var container = pod.Containers[0];
            container.VolumeMounts.Add(new VolumeMountV1 { Name = Temporary, MountPath = "/tmp" });
            container.SecurityContext = new SecurityContextV1
            {
                RunAsNonRoot = true,
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                Capabilities = new CapabilitiesV1 { Drop = { "ALL" } },
            };

            // The publisher writes an endpoint's scheme in small letters.
            foreach (var probe in (ProbeV1?[])[container.ReadinessProbe, container.LivenessProbe])
                probe?.HttpGet?.Scheme = "HTTP";
        });

    /// <summary>Redis, with its data on a volume that outlives the pod.</summary>
    public static IResourceBuilder<RedisResource> InKubernetes(this IResourceBuilder<RedisResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes =>
        {
            kubernetes.ShareValues();
            var redis = (StatefulSet)kubernetes.Workload!;
            redis.Spec.ServiceName = kubernetes.Service!.Metadata.Name;
            redis.Spec.UpdateStrategy.RollingUpdate = null!;

            var container = redis.PodTemplate.Spec.Containers[0];
            var command = string.Join(' ', container.Args);
            container.Args.Clear();
            container.Args.AddRange(["-c", $"exec {command}"]);
            container.ReadinessProbe = new ProbeV1 { TcpSocket = new TcpSocketActionV1 { Port = 6379 } };

            // A claim of the set itself, in place of the publisher's volume.
            redis.PodTemplate.Spec.Volumes.Clear();
            container.VolumeMounts.Clear();
            container.VolumeMounts.Add(new VolumeMountV1 { Name = Data, MountPath = "/data" });
            redis.Spec.VolumeClaimTemplates.Add(new PersistentVolumeClaim
            {
                Metadata = { Name = Data },
                Spec =
                {
                    AccessModes = { "ReadWriteOnce" },
                    Resources = { Requests = { ["storage"] = "1Gi" } },
                    DataSource = null!,
                    DataSourceRef = null!,
                    Selector = null!,
                },
            });
        });

    /// <summary>
    /// Gives the replicas' Kubernetes service an address for the outside. Each visitor keeps the own address, or all would
    /// share one limit of streams.
    /// </summary>
    public static IResourceBuilder<ProjectResource> BehindLoadBalancer(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes =>
        {
            kubernetes.Service!.Spec.Type = "LoadBalancer";
            kubernetes.Service.Spec.ExternalTrafficPolicy = "Local";
            kubernetes.Service.Spec.Ports[0].Port = 80;
        });

    /// <summary>
    /// Has all services read a parameter from one value of the chart, which must be set: <c>secrets.NAME</c> or
    /// <c>config.NAME</c>. The publisher would have each service read one of its own, and give none of them a default.
    /// </summary>
    private static void ShareValues(this KubernetesResource kubernetes)
    {
        foreach (var data in (Dictionary<string, string>?[])[kubernetes.Secret?.StringData, kubernetes.ConfigMap?.Data])
        {
            foreach (var (key, value) in data ?? [])
                data![key] = OfParameter().Replace(value, "{{ required `Set $1.$2.` .Values.$1.$2 }}");
        }
    }

    // A parameter's name is in small letters, an environment variable's not.
    [GeneratedRegex(@"\{\{ \.Values\.(secrets|config)\.\w+\.([a-z_]+) \}\}")]
    private static partial Regex OfParameter();
}
