using MeetWebhooks.Mirror.Following;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Api.Reconciliation;

/// <summary>
/// Sees to it that there is a snapshot that the log continues, so that a mirror that starts knows everything.
/// </summary>
internal sealed class SnapshotKeeper(
    LiveMirror mirror, DifferenceWriter writer, IOptions<WebhookLogOptions> log, TimeProvider time)
{
    private const int MostEvents = 2_500;
    private static readonly TimeSpan LongestWithEvents = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWithout = TimeSpan.FromDays(1);

    // Well before the log is trimmed past the snapshot.
    private readonly int _mostEvents = Math.Clamp(log.Value.RetainedEvents / 4, 1, MostEvents);
    private string? _newest;
    private long _newestSince;

    /// <summary>Stores a snapshot where one is due.</summary>
    /// <exception cref="WebhookLogUnavailableException">Redis did not answer.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var view = mirror.View;
        if (!view.State.IsComplete)
            return;
        if (view.Snapshot != _newest)
        {
            _newest = view.Snapshot;
            _newestSince = time.GetTimestamp();
        }

        // In a log without a snapshot, every mirror takes over what this one knows.
        var age = time.GetElapsedTime(_newestSince);
        var isDue = view.Folded >= _mostEvents || age >= (view.Folded > 0 ? LongestWithEvents : LongestWithout);
        if (!view.IsBased || isDue)
            await writer.StoreAsync(view, view.State, replaces: !view.IsBased, cancellationToken).ConfigureAwait(false);
    }
}
