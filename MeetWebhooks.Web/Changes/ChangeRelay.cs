using MeetWebhooks.Mirror;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Streams;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Changes;

/// <summary>Feeds what this replica's mirror is told to the broadcast of changes.</summary>
internal sealed class ChangeRelay(
    LiveMirror mirror, ChangeBroadcast broadcast, ChangeFrames frames, IOptions<WebhookLogOptions> options) : IHostedService
{
    private FrameRing? _ring;
    private MirrorState _state = MirrorState.Empty;
    private RecordingCounts _counts = new(MirrorState.Empty);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        mirror.Started += OnStarted;
        mirror.Folded += OnFolded;
        mirror.Advanced += OnAdvanced;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void OnStarted(MirrorView view)
    {
        _state = view.State;
        _counts = new RecordingCounts(_state);
        if (view.Position is { } position && _ring?.Continues(position) != true)
            Begin(position);
    }

    private void OnFolded(LoggedEvent logged, MirrorStep step)
    {
        var before = _state;
        _state = step.State;
        var frame = frames.Encode(logged, before, step, _counts);

        // A mirror that starts anew is told again of what came after its snapshot.
        if (_ring?.Contains(logged.Id) == true)
            return;
        if (_ring?.Position != logged.Previous)
            Begin(logged.Previous);
        _ring!.Add(logged.Id, frame);
    }

    private void OnAdvanced()
    {
        if (_ring is { } ring)
            broadcast.Publish(ring);
    }

    private void Begin(LogPosition position) =>
        _ring = new FrameRing(position, options.Value.RetainedEvents, options.Value.RetainedBytes);
}
