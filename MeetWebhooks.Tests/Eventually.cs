namespace MeetWebhooks.Tests;

/// <summary>Waits for what must come, generously: a slow machine is no failure.</summary>
public static class Eventually
{
    /// <summary>How long a test waits before it says that something never came.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="limit">How long, where that is not <see cref="Limit"/>.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < (limit ?? Limit), "What the test waits for did not come.");
            await Task.Delay(20, cancellationToken);
        }
    }
}
