using MeetWebhooks.Web.Sources;

namespace MeetWebhooks.Web.Changes;

/// <summary>
/// Looks after the sources, and tells browsers at once where one goes or comes back. While somebody looks at the page, it also
/// has OpenVidu Meet's lists read more often.
/// </summary>
internal sealed class SourceRelay(SourceWatch sources, ChangeBroadcast broadcast, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadingInterval = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var askedAt = time.GetTimestamp();
        try
        {
            do
            {
                var isReadingWanted = broadcast.Count > 0 && time.GetElapsedTime(askedAt) >= ReadingInterval;
                if (isReadingWanted)
                    askedAt = time.GetTimestamp();
                if (await sources.LookAsync(isReadingWanted))
                    broadcast.Beat();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host would log it as a fault where it stops because the server could not start.
        }
    }
}
