using MeetWebhooks.Simulator.Meetings;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;
using MeetWebhooks.Simulator.Webhooks;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Simulator;

/// <summary>
/// All that the simulated OpenVidu Meet knows, in memory: rooms, meetings and recordings, which belong together and change
/// together, under one lock.
/// </summary>
internal sealed partial class MeetState(
    Links links, WebhookSender webhooks, IOptionsMonitor<SimulatorOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Meeting> _meetings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Recording> _recordings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecordingSecrets> _recordingSecrets = new(StringComparer.Ordinal);

    // Milliseconds since 1970, with fractions as the media server's.
    private double Now => time.GetUtcNow().UtcTicks / (double)TimeSpan.TicksPerMillisecond - UnixEpoch;

    private static readonly double UnixEpoch = DateTimeOffset.UnixEpoch.Ticks / (double)TimeSpan.TicksPerMillisecond;

    private void Tell(string name, Room room) =>
        webhooks.Send(name, room.ToAnswer(links.BaseUrl), SimulatorJson.Meet.WebhookBodyRoomAnswer);

    private void Tell(string name, Recording recording) =>
        webhooks.Send(name, recording, SimulatorJson.Meet.WebhookBodyRecording);
}
