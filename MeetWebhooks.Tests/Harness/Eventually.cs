using System.Runtime.CompilerServices;

namespace MeetWebhooks.Tests.Harness;

/// <summary>Waits for a condition.</summary>
public static class Eventually
{
    /// <summary>How long anything may take: a slow machine must not fail a test.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How long a process may take to start, or an AppHost to stop: many start and stop at the same time.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">The condition does not hold within the limit.</exception>
    public static Task TrueAsync(
        Func<bool> condition,
        TimeSpan limit,
        CancellationToken cancellationToken,
        [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        TrueAsync(() => Task.FromResult(condition()), limit, cancellationToken, expression);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition, checked every 20 ms.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="expression">The condition's source code, for the exception.</param>
    /// <exception cref="TimeoutException">The condition does not hold within the limit.</exception>
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan limit,
        CancellationToken cancellationToken,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
                throw new TimeoutException($"Not true within {limit.TotalSeconds} s: {expression}");
            await Task.Delay(PollInterval, cancellationToken);
        }
    }
}
