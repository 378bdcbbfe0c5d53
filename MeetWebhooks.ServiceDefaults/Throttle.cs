namespace MeetWebhooks.ServiceDefaults;

/// <summary>Lets something happen at most once in an interval, such as a warning, and counts how often it came up.</summary>
/// <param name="interval">The interval.</param>
/// <param name="time">The clock.</param>
public sealed class Throttle(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _passedAt;
    private int _count;

    /// <summary>Counts a call, and passes unless another one has passed within the interval.</summary>
    /// <param name="count">The number of calls since the last one that passed, this one included.</param>
    public bool TryPass(out int count)
    {
        lock (_lock)
        {
            count = ++_count;
            var now = time.GetTimestamp();
            if (_passedAt is { } passedAt && time.GetElapsedTime(passedAt, now) < interval)
                return false;
            _passedAt = now;
            _count = 0;
            return true;
        }
    }
}
