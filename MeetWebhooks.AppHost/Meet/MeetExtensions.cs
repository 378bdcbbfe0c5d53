using MeetWebhooks.AppHost.Start;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace MeetWebhooks.AppHost.Meet;

/// <summary>The three ways to have an OpenVidu Meet.</summary>
internal static class MeetExtensions
{
    // Of the tutorial, and of every OpenVidu Meet that was started for development.
    private const string DevelopmentApiKey = "meet-api-key";
    private const int DefaultPort = 9080;

    /// <summary>Where a Meet runs that was named in the settings, or null.</summary>
    public static string? MeetServerUrl(this IConfiguration configuration) =>
        FirstSet(configuration["Meet:ServerUrl"], configuration["OV_MEET_SERVER_URL"]);

    /// <summary>Adds the OpenVidu Meet that was chosen.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="choice">Which one.</param>
    public static MeetServer AddMeet(this IDistributedApplicationBuilder builder, string name, MeetChoice choice)
    {
        var apiKey = builder.AddApiKey($"{name}-api-key");
        var (meet, kind) = choice.Mode switch
        {
            MeetMode.Containers => (builder.AddContainers(name, apiKey), "in containers"),
            MeetMode.Simulator => (builder.AddSimulator(name, apiKey), "simulated"),
            _ => (builder.AddExternal(name, apiKey), "external"),
        };
        meet.Resource.WithSummary("OpenVidu Meet", (IValueProvider)meet.Url, $"{kind} because {choice.Reason}");
        return meet;
    }

    /// <summary>Tells a service which OpenVidu Meet is its own.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="meet">The OpenVidu Meet.</param>
    public static IResourceBuilder<ProjectResource> WithMeet(
        this IResourceBuilder<ProjectResource> builder, MeetServer meet)
    {
        builder
            .WithMeetUrl("Meet__ServerUrl", meet)
            .WithEnvironment("Meet__ApiKey", meet.ApiKey)
            .WithReferenceRelationship(meet.Resource);
        return meet.Resource.Resource is ParameterResource ? builder : builder.WaitFor(meet.Resource);
    }

    /// <summary>Tells a service where OpenVidu Meet is.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="variable">The environment variable.</param>
    /// <param name="meet">The OpenVidu Meet.</param>
    public static IResourceBuilder<ProjectResource> WithMeetUrl(
        this IResourceBuilder<ProjectResource> builder, string variable, MeetServer meet) =>
        builder.WithEnvironment(context => context.EnvironmentVariables[variable] = meet.Url);

    private static MeetServer AddContainers(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
    {
        var meet = builder.AddOpenViduMeet(name, apiKey)
            .WithMeetPort()
            .WithUrlForEndpoint("http", url => url.DisplayText = "Admin console")
            .WithOpenCommand("open-console", "Open the admin console", "http");
        if (builder.Configuration.GetValue<bool>("Meet:DataVolume"))
            meet.WithDataVolume();
        if (builder.Configuration["Meet:AnnouncedAddress"] is { Length: > 0 } address)
            meet.WithAnnouncedAddress(address);
        return new(meet, meet.GetEndpoint("http"), apiKey, webhook => meet.WithWebhook(webhook));
    }

    private static MeetServer AddSimulator(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
    {
        var meet = builder.AddProject<Projects.MeetWebhooks_Simulator>(name, launchProfileName: null)
            .WithHttpEndpoint()
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "0.0.0.0")
            .WithMeetPort()
            .WithUrlForEndpoint("http", url => url.DisplayText = "Simulator")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Simulator__ApiKey", apiKey)
            .WithOpenCommand("open-console", "Open the simulator", "http")
            .WithMeetingCommands();
        return new(
            meet,
            meet.GetEndpoint("http"),
            apiKey,
            webhook => meet.WithEnvironment("Simulator__WebhookUrl", ReferenceExpression.Create($"{webhook}/webhook")));
    }

    private static MeetServer AddExternal(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
    {
        var url = builder.AddParameter($"{name}-url", () =>
            FirstSet(builder.Configuration[$"Parameters:{name}-url"], builder.Configuration.MeetServerUrl())
                ?? $"http://localhost:{DefaultPort}")
            .WithDescription("Where OpenVidu Meet is.");
        return new(url, url.Resource, apiKey, _ => { });
    }

    private static IResourceBuilder<T> WithMeetPort<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints =>
        builder.WithPortSetting(
            "http", "Meet:Port", DefaultPort, ", or OV_MEET_SERVER_URL to its address if it is an OpenVidu Meet");

    private static IResourceBuilder<ParameterResource> AddApiKey(this IDistributedApplicationBuilder builder, string name)
    {
        var settings = builder.Configuration;
        var isDevelopment = builder.Environment.IsDevelopment() && builder.ExecutionContext.IsRunMode;
        return builder.AddParameter(
            name,
            () => FirstSet(
                settings[$"Parameters:{name}"],
                settings["Meet:ApiKey"],
                settings["OV_MEET_API_KEY"],
                isDevelopment ? DevelopmentApiKey : null)
                ?? throw new MissingParameterValueException(
                    "Meet:ApiKey (OV_MEET_API_KEY) is missing: set it to the API key of your OpenVidu Meet."),
            secret: true)
            .WithDescription("OpenVidu Meet's API key, which also signs its webhooks.");
    }

    private static string? FirstSet(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return value;
        }

        return null;
    }
}
