namespace MeetWebhooks.Web.Page;

/// <summary>The setting <c>PathBase</c>.</summary>
internal sealed class PathBaseOptions
{
    /// <summary>The path, without a slash at its end; empty at the root of the host.</summary>
    public string Path { get; set; } = "";
}
