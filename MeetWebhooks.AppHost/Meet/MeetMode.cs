namespace MeetWebhooks.AppHost.Meet;

/// <summary>Which OpenVidu Meet the application runs with (<c>Meet:Mode</c>).</summary>
internal enum MeetMode
{
    /// <summary>A real one in containers. The default where a container runtime answers.</summary>
    Containers,

    /// <summary>A simulated one, with an embedded Redis beside it: needs the .NET SDK only. The default elsewhere.</summary>
    Simulator,

    /// <summary>
    /// One that runs already, at <c>Meet:ServerUrl</c>. The default where that is set, and always for what is published.
    /// </summary>
    External,
}
