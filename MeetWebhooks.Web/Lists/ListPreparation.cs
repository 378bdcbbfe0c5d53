using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Web.Lists;

/// <summary>
/// Encodes the lists that pages ask for before they ask, each time the mirror starts: for browsers, which all take Brotli.
/// </summary>
internal sealed class ListPreparation(LiveMirror mirror, ListBodies bodies) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        mirror.Started += Prepare;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Prepare(MirrorView view)
    {
        if (!view.State.IsComplete || view.Position is null)
            return;
        bodies.Rooms(view, "br");
        bodies.Now(view, "br");
    }
}
