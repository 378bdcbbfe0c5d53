namespace MeetWebhooks.Simulator.Meetings;

/// <summary>Looks after participants whose page is gone without a word.</summary>
internal sealed class VanishedParticipants(MeetState meet, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            meet.DropTheVanished();
    }
}
