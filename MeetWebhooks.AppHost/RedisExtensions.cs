using MeetWebhooks.AppHost.Meet;
using MeetWebhooks.AppHost.Start;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeetWebhooks.AppHost;

/// <summary>The Redis that holds the log of events.</summary>
internal static class RedisExtensions
{
    /// <summary>
    /// Adds Redis: the one of <c>ConnectionStrings:NAME</c> where that is set, else a container that keeps its data or,
    /// beside the simulator and where there are no containers, the embedded one, which does not.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="choice">Whether there are containers.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddRedisForLog(
        this IDistributedApplicationBuilder builder, string name, MeetChoice choice)
    {
        if (builder.ExecutionContext.IsRunMode && builder.Configuration.GetConnectionString(name) is { Length: > 0 })
            return builder.AddConnectionString(name);
        if (choice.Mode == MeetMode.Simulator || !choice.WithContainers)
            return builder.AddEmbeddedRedis(name);

        return builder.AddRedis(name)
            .WithDataVolume(builder.ExecutionContext.IsPublishMode ? $"{name}-data" : null)
            .WithArgs(context =>
            {
                // What was answered 200 must outlive a crash, and a snapshot a minute is not enough for that. Where the
                // whole command is one argument of a shell, it is a part of that.
                const string AppendOnly = "--appendonly yes";
                if (context.Args is [.., "-c", string command])
                    context.Args[^1] = $"{command} {AppendOnly}";
                else
                    context.Args.Add(AppendOnly);
            });
    }

    private static IResourceBuilder<ConnectionStringResource> AddEmbeddedRedis(
        this IDistributedApplicationBuilder builder, string name)
    {
        var server = builder.AddProject<Projects.MeetWebhooks_EmbeddedRedis>($"{name}-embedded", launchProfileName: null)
            .WithEndpoint(scheme: "tcp", env: "REDIS_PORT")
            .WithSummary("Redis", note: "embedded: keeps nothing after the stop");
        var address = ReferenceExpression.Create($"{server.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)}");

        var connectionString = "";
        server.OnResourceEndpointsAllocated(async (_, _, cancellationToken) =>
            connectionString = await address.GetValueAsync(cancellationToken) ?? "");
        builder.Services.AddHealthChecks().AddRedis(_ => connectionString, $"{name}-embedded");
        server.WithHealthCheck($"{name}-embedded");

        return builder.AddConnectionString(name, address).WaitFor(server);
    }
}
