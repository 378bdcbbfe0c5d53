using Aspire.Hosting.Kubernetes.Resources;

namespace MeetWebhooks.AppHost.Publishing;

/// <summary>The application as a Helm chart.</summary>
internal static class KubernetesExtensions
{
    /// <summary>Adds the Kubernetes environment. Volumes are claims, so that data outlives a pod.</summary>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder) => builder
        .AddKubernetesEnvironment("kubernetes")
        .WithProperties(kubernetes =>
        {
            kubernetes.HelmChartName = "meetwebhooks";
            kubernetes.HelmChartDescription = "Rooms, recordings and live webhooks of OpenVidu Meet";
            kubernetes.DefaultStorageType = "pvc";
        });

    /// <summary>A service of this application: no more rights than it needs.</summary>
    public static IResourceBuilder<ProjectResource> InKubernetes(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes =>
        {
            foreach (var container in kubernetes.Workload!.PodTemplate.Spec.Containers)
            {
                container.SecurityContext = new SecurityContextV1
                {
                    RunAsNonRoot = true,
                    AllowPrivilegeEscalation = false,
                    ReadOnlyRootFilesystem = true,
                    Capabilities = new CapabilitiesV1 { Drop = { "ALL" } },
                };

                // Kubernetes takes HTTP only, where the publisher writes an endpoint's scheme.
                foreach (var probe in (ProbeV1?[])[container.ReadinessProbe, container.LivenessProbe])
                    probe?.HttpGet?.Scheme = "HTTP";
            }
        });

    /// <summary>Gives the replicas' Kubernetes service an address for the outside.</summary>
    public static IResourceBuilder<ProjectResource> BehindLoadBalancer(this IResourceBuilder<ProjectResource> builder) =>
        builder.PublishAsKubernetesService(kubernetes => kubernetes.Service!.Spec.Type = "LoadBalancer");
}
