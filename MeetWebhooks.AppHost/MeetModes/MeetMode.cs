namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>Which OpenVidu Meet the application runs with (<c>Meet:Mode</c>).</summary>
internal enum MeetMode
{
    /// <summary>A real one in containers. The default where a container runtime answers.</summary>
    Containers,

    /// <summary>The simulator, with an embedded Redis: needs the .NET SDK only. The default elsewhere.</summary>
    Simulator,

    /// <summary>
    /// One that runs elsewhere, at <c>Meet:ServerUrl</c>. The default where that is set, and always what a published
    /// application uses.
    /// </summary>
    External,
}
