using System.Globalization;
using System.Text;
using CsCheck;
using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror;

/// <summary>An event of a random history.</summary>
/// <param name="Payload">The event.</param>
/// <param name="At">When it is appended.</param>
internal sealed record HistoryEvent(byte[] Payload, DateTimeOffset At);

/// <summary>
/// Random histories: webhooks of both generations of OpenVidu Meet about a few rooms and recordings, late ones and
/// repeats among them, and events of our own from commands and readings. An hour or more may pass between two of them.
/// </summary>
internal static class MirrorHistory
{
    private static readonly Gen<string> RoomId = Gen.OneOf("a", "b", "c");

    private static readonly Gen<string> RecordingId = Gen.OneOf("a--EG_1--x", "a--EG_2--x", "b--EG_1--x", "c--EG_1--x");

    private static readonly Gen<string> RecordingStatus = Gen.OneOf(
        "starting", "active", "ending", "complete", "failed", "aborted", "limit_reached", "archived");

    // Few dates, so that late and equal ones are common.
    private static readonly Gen<double> Date = Gen.Int[0, 40].Select(quarter => 1_700_000_000_000 + (quarter / 4.0));

    private static readonly Gen<EventSource> OwnSource = Gen.OneOf(EventSource.Command, EventSource.Reconciliation);

    /// <summary>A room as webhooks of either generation have it, with links to any host.</summary>
    private static readonly Gen<string> Room = Gen.Select(
        RoomId,
        Gen.OneOf("open", "closed", "active_meeting"),
        Gen.OneOf("none", "none", "close", "delete"),
        Gen.OneOf("localhost:9080", "meet.example.com"),
        Gen.Bool,
        (id, status, action, host, isOld) => isOld
            ? $$$"""
                {"roomId":"{{{id}}}","roomName":"{{{id}}}","creationDate":1.5,"config":{"chat":{"enabled":true}},
                "moderatorUrl":"http://{{{host}}}/room/{{{id}}}?secret=1",
                "status":"{{{status}}}","meetingEndAction":"{{{action}}}"}
                """
            : $$$"""
                {"roomId":"{{{id}}}","roomName":"{{{id}}}","creationDate":1.50,"roles":{},
                "config":{"chat":{"enabled":true}},
                "access":{"anonymous":{"speaker":{"url":"https://{{{host}}}/meet/room/{{{id}}}?secret=2"} } },
                "status":"{{{status}}}","rolesUpdatedAt":1,"meetingEndAction":"{{{action}}}","_extraFields":["config"]}
                """);

    private static readonly Gen<string> Recording = Gen.Select(
        RecordingId, RecordingStatus, Gen.Bool, (id, status, hasStart) => hasStart
            ? $$"""{"recordingId":"{{id}}","roomId":"{{id[0]}}","status":"{{status}}","startDate":1795442584227.7742}"""
            : $$"""{"recordingId":"{{id}}","roomId":"{{id[0]}}","status":"{{status}}"}""");

    private static readonly Gen<byte[]> RoomWebhook = Gen.Select(
        Gen.OneOf("meetingStarted", "meetingEnded"), Date, Room, MirrorPayload.Webhook);

    private static readonly Gen<byte[]> RecordingWebhook = Gen.Select(
        Gen.OneOf("recordingStarted", "recordingUpdated", "recordingEnded"), Date, Recording, MirrorPayload.Webhook);

    private static readonly Gen<byte[]> OtherWebhook = Gen.Select(
        Gen.OneOf("participantJoined", "participantLeft", "testEvent", "roomRolesUpdated"),
        Date,
        Room,
        MirrorPayload.Webhook);

    private static readonly Gen<byte[]> Own = Gen.Select(
        OwnSource,
        Gen.Int[0, 3],
        Room,
        Recording,
        RoomId,
        RecordingId,
        (source, what, room, recording, roomId, recordingId) =>
            what switch
            {
                0 => MirrorEvent.Updated(
                    ItemKind.Room, isNew: roomId == "a", MirrorPayload.Item(room), source, MirrorPayload.Start),
                1 => MirrorEvent.Updated(
                    ItemKind.Recording, isNew: false, MirrorPayload.Item(recording), source, MirrorPayload.Start),
                2 => MirrorPayload.RoomDeleted(roomId, source),
                _ => MirrorPayload.RecordingDeleted(recordingId, source),
            });

    /// <summary>An event of any kind.</summary>
    public static readonly Gen<byte[]> Payload = Gen.Frequency(
        (4, RoomWebhook), (4, RecordingWebhook), (1, OtherWebhook), (3, Own));

    /// <summary>A webhook about a room or a recording.</summary>
    public static readonly Gen<byte[]> Webhook = Gen.OneOf(RoomWebhook, RecordingWebhook);

    /// <summary>A history with events of every kind.</summary>
    public static readonly Gen<HistoryEvent[]> Any = Of(Payload);

    /// <summary>A history of some of these events, in any order and with repeats.</summary>
    /// <param name="payload">The events.</param>
    public static Gen<HistoryEvent[]> Of(Gen<byte[]> payload) =>
        Gen.Select(
            payload.Array[1, 20],
            Gen.Select(Gen.Int[0, 999], Gen.OneOf(0, 0, 0, 1_000, 60_000, 1_800_000, 3_600_000)).Array[0, 50],
            (payloads, order) =>
            {
                var at = MirrorPayload.Start;
                return order.Select(next =>
                {
                    at += TimeSpan.FromMilliseconds(next.Item2);
                    return new HistoryEvent(payloads[next.Item1 % payloads.Length], at);
                }).ToArray();
            });

    /// <summary>The history for people who read a failure.</summary>
    public static string Print(IEnumerable<HistoryEvent> history) => string.Join(
        "\n",
        history.Select(next => string.Create(
            CultureInfo.InvariantCulture,
            $"{(next.At - MirrorPayload.Start).TotalSeconds} s: {Encoding.UTF8.GetString(next.Payload)}")));
}
