using MeetWebhooks.Mirror;

namespace MeetWebhooks.Web.Changes;

/// <summary>How many recordings each room has.</summary>
internal sealed class RecordingCounts
{
    private readonly Dictionary<string, int> _counts;

    /// <summary>Counts all recordings of a state.</summary>
    public RecordingCounts(MirrorState state) =>
        _counts = state.Recordings.Values.Select(recording => RoomOf(recording.Item)).OfType<string>().CountBy(room => room)
            .ToDictionary();

    /// <summary>The number of a room's recordings.</summary>
    public int Of(string roomId) => _counts.GetValueOrDefault(roomId);

    /// <summary>Counts what a step has changed.</summary>
    /// <param name="before">The state before it.</param>
    /// <param name="step">The step.</param>
    /// <returns>The rooms whose number has changed.</returns>
    public IReadOnlySet<string> Count(MirrorState before, MirrorStep step)
    {
        var changed = new HashSet<string>();
        foreach (var change in step.Changes.Where(change => change.Kind == ItemKind.Recording))
        {
            var was = before.Recordings.GetValueOrDefault(change.Id) is { } known ? RoomOf(known.Item) : null;
            var now = change.Item is { } item ? RoomOf(item) : null;
            if (was == now)
                continue;
            Add(was, -1);
            Add(now, 1);
        }

        return changed;

        void Add(string? room, int number)
        {
            if (room is null)
                return;
            _counts[room] = Of(room) + number;
            changed.Add(room);
        }
    }

    private static string? RoomOf(MeetItem recording) => recording.Text("roomId");
}
