using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.AppHost.Commands;
using MeetWebhooks.AppHost.Start;
using Microsoft.Extensions.Hosting;

namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>Adds the OpenVidu Meet that was selected.</summary>
internal static class MeetExtensions
{
    // The key of the tutorial and of every OpenVidu Meet that is started for development.
    private const string DevelopmentApiKey = "meet-api-key";
    private const int DefaultPort = 9080;

    /// <summary>Adds the OpenVidu Meet that was selected.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="selection">Which one.</param>
    public static IResourceBuilder<IMeetResource> AddMeet(
        this IDistributedApplicationBuilder builder, string name, MeetSelection selection)
    {
        var apiKey = builder.AddApiKey($"{name}-api-key");
        (IResourceBuilder<IMeetResource> meet, string kind) = selection.Mode switch
        {
            MeetMode.Containers => (builder.AddContainers(name, apiKey), "in containers"),
            MeetMode.Simulator => (builder.AddSimulator(name, apiKey.Resource), "simulated"),
            _ => ((IResourceBuilder<IMeetResource>)builder.AddExternal(name, apiKey.Resource), "external"),
        };
        return meet.WithSummary("OpenVidu Meet", meet.Resource.ServerUrl, $"{kind} because {selection.Reason}");
    }

    private static IResourceBuilder<OpenViduMeetResource> AddContainers(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
    {
        var meet = builder.AddOpenViduMeet(name, apiKey)
            .WithMeetPort()
            .WithLink("http", "Admin console")
            .WithOpenCommand("open-console", "Open the admin console", "http");
        if (builder.Configuration.GetValue<bool>("Meet:DataVolume"))
            meet.WithDataVolume();
        if (builder.Configuration["Meet:AnnouncedAddress"] is { Length: > 0 } address)
            meet.WithAnnouncedAddress(address);
        return meet;
    }

    private static IResourceBuilder<SimulatorResource> AddSimulator(
        this IDistributedApplicationBuilder builder, string name, ParameterResource apiKey)
    {
        var meet = new SimulatorResource(name, apiKey);
        return builder.AddResource(meet)
            .WithAnnotation(new Projects.MeetWebhooks_Simulator())
            .WithProjectDefaults(new() { ExcludeLaunchProfile = true })
            .WithHttpEndpoint()
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "0.0.0.0")
            .WithMeetPort()
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Simulator__ApiKey", apiKey)
            .WithEnvironment(context =>
            {
                if (meet.TryGetLastAnnotation<MeetWebhookAnnotation>(out var webhook))
                    context.EnvironmentVariables["Simulator__WebhookUrl"] = webhook.Url;
            })
            .WithLink("http", "Simulator")
            .WithOpenCommand("open-console", "Open the simulator", "http")
            .WithMeetingCommands();
    }

    private static IResourceBuilder<ExternalMeetResource> AddExternal(
        this IDistributedApplicationBuilder builder, string name, ParameterResource apiKey)
    {
        var settings = builder.Configuration;
        var url = builder.AddParameter(
            $"{name}-url",
            () => settings[$"Parameters:{name}-url"] ?? settings.MeetServerUrl() ?? MeetSettings.DefaultServerUrl)
            .WithDescription("The URL of OpenVidu Meet.");

        return builder.AddResource(new ExternalMeetResource(name, url.Resource, apiKey))
            .WithInitialState(new() { ResourceType = "OpenVidu Meet", Properties = [] })
            .OnInitializeResource(async (meet, initialize, cancellationToken) =>
            {
                var serverUrl = await meet.ServerUrl.GetValueAsync(cancellationToken);
                await initialize.Notifications.PublishUpdateAsync(meet, snapshot => snapshot with
                {
                    State = KnownResourceStates.Running,
                    Urls = [new(Name: null, serverUrl!, IsInternal: false)],
                });
            })
            .WithIconName("Video")
            .ExcludeFromManifest();
    }

    private static IResourceBuilder<ParameterResource> AddApiKey(
        this IDistributedApplicationBuilder builder, string name)
    {
        var settings = builder.Configuration;
        var isDevelopment = builder.Environment.IsDevelopment() && builder.ExecutionContext.IsRunMode;
        return builder.AddParameter(
            name,
            () => settings[$"Parameters:{name}"]
                ?? settings.MeetApiKey()
                ?? (isDevelopment ? DevelopmentApiKey : null)
                ?? throw new MissingParameterValueException(
                    "Meet:ApiKey (OV_MEET_API_KEY) is missing: set it to the API key of your OpenVidu Meet."),
            secret: true)
            .WithDescription("OpenVidu Meet's API key, which also signs its webhooks.");
    }

    private static IResourceBuilder<T> WithMeetPort<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints =>
        builder.WithPortSetting(
            "http", "Meet:Port", DefaultPort, ", or OV_MEET_SERVER_URL to its address if it is an OpenVidu Meet");
}
