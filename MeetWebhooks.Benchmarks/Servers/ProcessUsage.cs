using System.Globalization;

namespace MeetWebhooks.Benchmarks.Servers;

/// <summary>What processes have used, as Linux counts it in <c>/proc</c>.</summary>
/// <param name="Processor">Processor time since they started.</param>
/// <param name="Memory">Resident memory in bytes.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ProcessUsage(TimeSpan Processor, long Memory, int Handles, int Threads)
{
    // USER_HZ is 100 wherever .NET runs on Linux.
    private const double TicksPerSecond = 100;

    /// <summary>What one process has used.</summary>
    public static ProcessUsage Of(int processId)
    {
        var folder = $"/proc/{processId}";
        var stat = File.ReadAllText($"{folder}/stat");
        // The second field is the program's name in brackets, which may hold blanks.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcessUsage(
            TimeSpan.FromSeconds(ticks / TicksPerSecond),
            Number(fields[21]) * Environment.SystemPageSize,
            Directory.GetFileSystemEntries($"{folder}/fd").Length,
            (int)Number(fields[17]));
    }

    /// <summary>Adds up.</summary>
    public static ProcessUsage operator +(ProcessUsage left, ProcessUsage right) => new(
        left.Processor + right.Processor,
        left.Memory + right.Memory,
        left.Handles + right.Handles,
        left.Threads + right.Threads);

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
