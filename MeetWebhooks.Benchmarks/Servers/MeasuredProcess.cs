namespace MeetWebhooks.Benchmarks.Servers;

/// <summary>A process whose processor time and memory count.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Id">Its id.</param>
internal sealed record MeasuredProcess(string Name, int Id)
{
    /// <summary>What it has used up to now.</summary>
    public ProcessUsage Usage => ProcessUsage.Of(Id);
}
