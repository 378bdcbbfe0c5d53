namespace MeetWebhooks.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    /// <summary>The folder that has the solution.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(Projects.MeetWebhooks_AppHost.ProjectPath)!;
}
