namespace MeetWebhooks.Web.Connections;

/// <summary>
/// How many connections this process may hold. A process that cannot open another file fails in ways that nothing
/// handles, so it stays below its limit of open files.
/// </summary>
/// <param name="Browsers">From browsers, or proxies in front of this replica.</param>
/// <param name="Streams">How many of those may be streams, so that other requests still get through.</param>
/// <param name="Api">To the Api.</param>
internal sealed record ConnectionLimits(int Browsers, int Streams, int Api)
{
    // What a replica has open before anybody connects, above all its assemblies: about 290 files.
    private const int OwnFiles = 384;

    // New connections, and those that are being closed for them.
    private const int Changing = 32;

    private const int MaxRequests = 256;

    /// <summary>
    /// How many connections from browsers may be open, with those that are new and those that are being closed for them.
    /// </summary>
    public int Accepted => (int)Math.Min((long)Browsers + Changing, int.MaxValue);

    /// <summary>The limits that follow from the limit of open files.</summary>
    /// <param name="openFiles">How many files the process may have open; null if there is no limit.</param>
    /// <param name="maxConnections">The setting <c>Kestrel:Limits:MaxConcurrentConnections</c>.</param>
    public static ConnectionLimits From(long? openFiles, long? maxConnections)
    {
        var available = Math.Clamp((openFiles ?? int.MaxValue) - OwnFiles - Changing, 16, int.MaxValue);
        var api = Math.Min(available / 8, MaxRequests);
        var browsers = maxConnections ?? available - api;
        var streams = browsers - Math.Min(browsers / 4, MaxRequests);
        return new ConnectionLimits((int)Math.Min(browsers, int.MaxValue), (int)Math.Min(streams, int.MaxValue), (int)api);
    }
}
