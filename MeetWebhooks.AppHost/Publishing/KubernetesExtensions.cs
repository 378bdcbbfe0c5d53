using System.Text.RegularExpressions;
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>
/// The application as a Helm chart. What a cluster would not take of the publisher's output is put right here.
/// </summary>
internal static partial class KubernetesExtensions
{
    private const string Temporary = "tmp";

    // Of the user redis in Redis's own image.
    private const int RedisUser = 999;

    /// <summary>Adds the Kubernetes environment.</summary>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder) => builder
        .AddKubernetesEnvironment("kubernetes")
        .WithDashboard(enabled: false)
        .WithHelm(chart => chart
            .WithChartName("meetwebhooks")
            .WithChartDescription("Rooms, recordings and live webhooks of OpenVidu Meet"));

    /// <summary>A service of this application: no more rights than it needs.</summary>
    public static IResourceBuilder<ProjectResource> InKubernetes(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes =>
        {
            kubernetes.ShareValues();
            var pod = kubernetes.Workload!.PodTemplate.Spec;
            pod.Volumes.Add(new VolumeV1 { Name = Temporary, EmptyDir = new EmptyDirVolumeSourceV1() });
            var container = pod.Containers[0];
            container.VolumeMounts.Add(new VolumeMountV1 { Name = Temporary, MountPath = "/tmp" });
            container.SecurityContext = Restricted();

            // The publisher writes an endpoint's scheme in small letters.
            foreach (var probe in (ProbeV1?[])[container.ReadinessProbe, container.LivenessProbe])
                probe?.HttpGet?.Scheme = "HTTP";
        });

    /// <summary>Redis, with its data on a volume that outlives the pod.</summary>
    public static IResourceBuilder<RedisResource> InKubernetes(this IResourceBuilder<RedisResource> builder)
    {
        var application = builder.ApplicationBuilder;
        var kubernetes = application.Resources.OfType<KubernetesEnvironmentResource>().Single();
        var data = builder.Resource.Annotations.OfType<ContainerMountAnnotation>().Single();
        return builder
            .WithPersistentVolume(application.CreateResourceBuilder(kubernetes)
                .AddPersistentVolume(data.Source!)
                .WithCapacity("1Gi"))
            .PublishAsKubernetesService(kubernetes =>
            {
                kubernetes.ShareValues();
                var redis = (StatefulSet)kubernetes.Workload!;
                redis.Spec.ServiceName = kubernetes.Service!.Metadata.Name;

                var container = redis.PodTemplate.Spec.Containers[0];
                container.ReadinessProbe = new ProbeV1 { TcpSocket = new TcpSocketActionV1 { Port = 6379 } };
                container.SecurityContext = Restricted();
                container.SecurityContext.RunAsUser = RedisUser;
            });
    }

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

    // What Kubernetes' own standard «restricted» asks for, and nothing writable.
    private static SecurityContextV1 Restricted() => new()
    {
        RunAsNonRoot = true,
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new CapabilitiesV1 { Drop = { "ALL" } },
        SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
    };

    /// <summary>
    /// Has all services read a parameter from one value of the chart, which must be set: <c>secrets.NAME</c> or
    /// <c>config.NAME</c>. The publisher has each service read one of its own, which <c>aspire deploy</c> sets.
    /// </summary>
    private static void ShareValues(this KubernetesResource kubernetes)
    {
        foreach (var data in (Dictionary<string, string>?[])[kubernetes.Secret?.StringData, kubernetes.ConfigMap?.Data])
        {
            foreach (var (key, value) in data ?? [])
            {
                data![key] = OfParameter().Replace(
                    value, "{{ coalesce .Values.$1.$3 .Values.$1.$2.$3 | required `Set $1.$3.` }}");
            }
        }
    }

    // A parameter's name is in small letters, an environment variable's not.
    [GeneratedRegex(@"\{\{ \.Values\.(secrets|config)\.(\w+)\.([a-z_]+) \}\}")]
    private static partial Regex OfParameter();
}
