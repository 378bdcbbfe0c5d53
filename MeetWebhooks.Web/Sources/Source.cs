namespace MeetWebhooks.Web.Sources;

/// <summary>Whether something that this replica depends on is reachable, and since when.</summary>
internal sealed class Source
{
    private DateTimeOffset? _since;

    /// <summary>Whether it was reachable when it was last looked at.</summary>
    public bool IsReachable { get; private set; }

    /// <summary>Since when it has been reachable, or when it last was known to be; null where it never was.</summary>
    public long? Since => _since?.ToUnixTimeMilliseconds();

    /// <summary>Records that it is reachable.</summary>
    /// <param name="now">The current time.</param>
    public void Up(DateTimeOffset now)
    {
        if (!IsReachable)
            _since = now;
        IsReachable = true;
    }

    /// <summary>Records that it is not reachable.</summary>
    /// <param name="last">When it last was, where that is known; otherwise this stays as it was.</param>
    public void Down(DateTimeOffset? last)
    {
        if (IsReachable || _since is null)
            _since = last;
        IsReachable = false;
    }
}
