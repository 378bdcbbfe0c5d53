namespace MeetWebhooks.AppHost.Publishing;

/// <summary>Replaces this folder's other files in a build without the property <c>WithPublishing</c>.</summary>
internal static class WithoutPublishing
{
    /// <summary>Adds nothing, and refuses what needs the other files.</summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="DistributedApplicationException">Publishing or the dev tunnel was asked for.</exception>
    public static void AddPublishing(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue<bool>("DevTunnel"))
        {
            throw new DistributedApplicationException(
                "Publishing and the dev tunnel are not part of this build: "
                + "set the environment variable WithPublishing=true and run the command again.");
        }
    }
}
