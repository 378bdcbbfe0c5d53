namespace MeetWebhooks.Web.Connections;

/// <summary>Lets something happen at most once in an interval.</summary>
/// <param name="interval">The interval.</param>
/// <param name="time">The clock.</param>
internal sealed class Throttle(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _passedAt;

    /// <summary>Whether the last time it passed lies an interval back; then it passes again.</summary>
    public bool TryPass()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_passedAt is { } passedAt && time.GetElapsedTime(passedAt, now) < interval)
                return false;
            _passedAt = now;
            return true;
        }
    }
}
