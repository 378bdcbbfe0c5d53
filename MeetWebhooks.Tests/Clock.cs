namespace MeetWebhooks.Tests;

/// <summary>A clock whose hands the test sets; its timers run as always.</summary>
public sealed class Clock(DateTimeOffset now) : TimeProvider
{
    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now { get; set; } = now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;
}
