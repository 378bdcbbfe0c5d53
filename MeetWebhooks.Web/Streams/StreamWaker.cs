namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Wakes a share of the replica's streams, one after the other, as one work item of the thread pool. An item for each
/// stream would cost more than what the stream then does; and with a waker for every second processor, webhooks and
/// other requests do not wait until a thousand browsers have been written to.
/// </summary>
/// <param name="share">Which share, counted from 0.</param>
/// <param name="shares">How many there are.</param>
/// <param name="groups">All groups as they are now; those of one share are as many apart as there are shares.</param>
internal sealed class StreamWaker(int share, int shares, Func<StreamGroup[]> groups) : IThreadPoolWorkItem
{
    private int _isQueued;

    /// <summary>Creates as many as this machine can have without being all taken up by them.</summary>
    public static StreamWaker[] ForThisMachine(Func<StreamGroup[]> groups)
    {
        var shares = Math.Max(1, Environment.ProcessorCount / 2);
        return [.. Enumerable.Range(0, shares).Select(share => new StreamWaker(share, shares, groups))];
    }

    /// <summary>Has the streams look for events, soon; and once, however often it is called until then.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // First: who calls Wake from here on means events that a stream may have passed by already.
        Interlocked.Exchange(ref _isQueued, 0);
        var all = groups();
        for (var i = share; i < all.Length; i += shares)
            all[i].ForEach(static stream => stream.Wake());
    }
}
