namespace MeetWebhooks.Tests;

/// <summary>What a log must not have.</summary>
internal static class LogAssert
{
    private static readonly string[] Loud = ["Warning ", "Error ", "Critical "];

    /// <summary>
    /// Asserts that the log has nothing that an operator would have to look at, apart from warnings of refused
    /// webhooks.
    /// </summary>
    public static void IsCalm(LogText log)
    {
        var loud = log.Lines.Where(line => Loud.Any(level => line.StartsWith(level, StringComparison.Ordinal))
            && !line.StartsWith("Warning Refused ", StringComparison.Ordinal));
        Assert.True(!loud.Any(), string.Join('\n', loud));
    }
}
