using System.Collections.Immutable;
using System.Text;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>What tests do with states of a mirror.</summary>
internal static class MirrorStateExtensions
{
    extension(MirrorState state)
    {
        /// <summary>Applies events that are appended at once.</summary>
        public MirrorState After(params IEnumerable<byte[]> payloads) =>
            payloads.Aggregate(state, (before, payload) => before.Apply(payload, MirrorPayload.Start).State);

        /// <summary>Applies an event that is appended some time after <see cref="MirrorPayload.Start"/>.</summary>
        public MirrorState After(TimeSpan time, byte[] payload) =>
            state.Apply(payload, MirrorPayload.Start + time).State;

        /// <summary>The state that another replica starts with.</summary>
        public MirrorState ReadFromSnapshot() => MirrorSnapshot.Deserialize(MirrorSnapshot.Serialize(state));

        /// <summary>A room's status, or null where there is no such room.</summary>
        public string? StatusOfRoom(string id) => state.Rooms.GetValueOrDefault(id)?.Item.Text("status");

        /// <summary>A recording's status, or null where there is no such recording.</summary>
        public string? StatusOfRecording(string id) => state.Recordings.GetValueOrDefault(id)?.Item.Text("status");

        /// <summary>Everything that the state consists of, in one order, as text.</summary>
        public string Describe()
        {
            var text = new StringBuilder($"complete: {state.IsComplete}\n");
            foreach (var kind in Enum.GetValues<ItemKind>())
                foreach (var (id, known) in state.Items(kind).OrderBy(item => item.Key, StringComparer.Ordinal))
                    text.Append($"{kind} {id} {known.Date:r} {Encoding.Latin1.GetString(known.Item.Bytes)}\n");
            foreach (var (id, removal) in state.Removed.OrderBy(removal => removal.Key, StringComparer.Ordinal))
                text.Append($"removed {id} {removal.At:O} {removal.Date:r} {removal.IsFound}\n");
            return text.ToString();
        }
    }
}
