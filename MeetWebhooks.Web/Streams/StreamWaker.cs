namespace MeetWebhooks.Web.Streams;

/// <summary>
/// Wakes a share of a broadcast's streams, one after the other, as one work item of the thread pool. A work item for
/// each stream would cost more than what the stream then does. There is one waker for every two processors, so that
/// webhooks and other requests do not wait until a thousand browsers have been written to.
/// </summary>
/// <param name="share">Which share, counted from 0.</param>
/// <param name="shares">How many there are.</param>
/// <param name="groups">Returns all groups. A share is every group whose index modulo <paramref name="shares"/> is
/// <paramref name="share"/>.</param>
internal sealed class StreamWaker(int share, int shares, Func<StreamGroup[]> groups) : IThreadPoolWorkItem
{
    private int _isQueued;

    /// <summary>Creates one waker for every two processors of this machine.</summary>
    public static StreamWaker[] ForThisMachine(Func<StreamGroup[]> groups)
    {
        var shares = Math.Max(1, Environment.ProcessorCount / 2);
        return [.. Enumerable.Range(0, shares).Select(share => new StreamWaker(share, shares, groups))];
    }

    /// <summary>Queues the work item, unless it is queued already.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // Before the streams are woken: a call of Wake from here on may be about events that they no longer look for.
        Interlocked.Exchange(ref _isQueued, 0);
        var all = groups();
        for (var i = share; i < all.Length; i += shares)
            all[i].ForEach(static stream => stream.Wake());
    }
}
