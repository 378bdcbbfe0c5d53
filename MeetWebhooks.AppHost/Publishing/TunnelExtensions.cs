namespace MeetWebhooks.AppHost.Publishing;

/// <summary>The dev tunnel.</summary>
internal static class TunnelExtensions
{
    /// <summary>
    /// With the setting <c>DevTunnel</c>, gives the front door a public URL, for the webhooks of an OpenVidu Meet that
    /// is not on this machine. The tunnel is open to everybody, because OpenVidu Meet can't log in.
    /// </summary>
    /// <param name="builder">The application, with all its resources.</param>
    public static void AddTunnel(this IDistributedApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("DevTunnel"))
            return;
        // Only an endpoint on localhost can have a tunnel, and the front door's own listens on all interfaces.
        var frontDoor = builder.FrontDoor().WithHttpEndpoint(name: "public");
        builder.AddDevTunnel("tunnel").WithReference(frontDoor.GetEndpoint("public"), allowAnonymous: true);
    }
}
