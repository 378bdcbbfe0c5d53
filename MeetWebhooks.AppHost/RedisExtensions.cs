using MeetWebhooks.AppHost.MeetModes;
using MeetWebhooks.AppHost.Start;
using Microsoft.Extensions.DependencyInjection;

namespace MeetWebhooks.AppHost;

/// <summary>The Redis that holds the log of webhooks.</summary>
internal static class RedisExtensions
{
    /// <summary>
    /// Adds Redis: the one of <c>ConnectionStrings:NAME</c> where that is set; with the simulator, or where there are
    /// no containers, the embedded one, which keeps nothing when it stops; else a container that keeps its data.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="selection">Which OpenVidu Meet it is, and whether there are containers.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddRedisForLog(
        this IDistributedApplicationBuilder builder, string name, MeetSelection selection)
    {
        if (builder.ExecutionContext.IsRunMode && builder.Configuration.GetConnectionString(name) is { Length: > 0 })
            return builder.AddConnectionString(name);
        if (selection.Mode == MeetMode.Simulator || !selection.HasContainers)
            return builder.AddEmbeddedRedis(name);

        return builder.AddRedis(name)
            .WithDataVolume(builder.ExecutionContext.IsPublishMode ? $"{name}-data" : null)
            .WithArgs(context =>
            {
                // A webhook that was answered with 200 must survive a crash; snapshots alone would lose the last
                // minute. Where the whole command is one argument of a shell, the option goes into that argument.
                const string AppendOnly = "--appendonly yes";
                if (context.Args is [.., "-c", string command])
                    context.Args[^1] = $"{command} {AppendOnly}";
                else
                    context.Args.Add(AppendOnly);
            })
            .WithoutLinks();
    }

    private static IResourceBuilder<ConnectionStringResource> AddEmbeddedRedis(
        this IDistributedApplicationBuilder builder, string name)
    {
        var serverName = $"{name}-embedded";
        var server = builder.AddProject<Projects.MeetWebhooks_EmbeddedRedis>(serverName, launchProfileName: null)
            .WithEndpoint(scheme: "tcp", env: "REDIS_PORT")
            .WithHealthCheck(serverName)
            .WithSummary("Redis", note: "embedded: keeps nothing after the stop")
            .WithHidden();
        var endpoint = server.GetEndpoint("tcp");
        builder.Services.AddHealthChecks().AddRedis(_ => $"{endpoint.Host}:{endpoint.Port}", serverName);

        return builder.AddConnectionString(
                name, ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.HostAndPort)}"))
            .WaitFor(server);
    }
}
