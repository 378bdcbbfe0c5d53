namespace MeetWebhooks.Api.Meet;

/// <summary>
/// One of Meet's lists, shared by all who ask for it: at most one reading is running, and requests that arrive
/// meanwhile share the next one. A request never gets a reading that began before it.
/// </summary>
/// <param name="read">Reads the list from Meet, within a time limit of its own.</param>
#pragma warning disable CA1001 // A semaphore holds nothing to dispose of unless its wait handle is used.
internal sealed class SharedList(Func<Task<MeetList>> read)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private readonly WeakReference<IReadOnlyList<MeetItem>> _latest = new([]);
    private Task<MeetList>? _next;

    /// <summary>Waits for the next reading, and starts it unless one is running.</summary>
    /// <param name="cancellationToken">Stops waiting, not the reading, which others may wait for as well.</param>
    /// <exception cref="MeetException">Meet refused the reading or failed at it.</exception>
    /// <exception cref="WebhookLogUnavailableException">The log has no position for the list.</exception>
    public Task<MeetList> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return (_next ??= ReadNextAsync()).WaitAsync(cancellationToken);
    }

    private async Task<MeetList> ReadNextAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            // From here on a request needs a reading that is newer than this one.
            lock (_lock)
                _next = null;
            var list = await read().ConfigureAwait(false);
            return list with { Items = Share(list.Items) };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// The items of the reading before, where nothing has changed since and somebody still holds them: those who read a
    /// list slowly then hold one list, and not one each.
    /// </summary>
    private IReadOnlyList<MeetItem> Share(IReadOnlyList<MeetItem> items)
    {
        if (_latest.TryGetTarget(out var latest)
            && latest.Count == items.Count
            && latest.Zip(items, (before, now) => before.IsSame(now)).All(isSame => isSame))
            return latest;
        _latest.SetTarget(items);
        return items;
    }
}
