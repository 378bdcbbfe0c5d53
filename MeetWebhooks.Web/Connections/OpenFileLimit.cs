using System.Globalization;

namespace MeetWebhooks.Web.Connections;

/// <summary>How many files, connections among them, the system lets this process have open.</summary>
internal static class OpenFileLimit
{
    private const string LimitsFile = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>Reads the limit; null if there is none, or if the system does not say.</summary>
    public static long? OfThisProcess() =>
        File.Exists(LimitsFile) ? Parse(File.ReadLines(LimitsFile)) : null;

    /// <summary>The hard limit, which .NET raises the soft one to when it starts.</summary>
    /// <param name="limits">The lines of <c>/proc/self/limits</c>: name, soft limit, hard limit, unit.</param>
    internal static long? Parse(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var columns = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is [_, var hard, ..] && long.TryParse(hard, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
    }
}
