using MeetWebhooks.Simulator.Meetings;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;

namespace MeetWebhooks.Simulator;

internal sealed partial class MeetState
{
    private static readonly TimeSpan MeetingEndDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts a meeting without anybody in it; it goes on until it is ended.</summary>
    public Room StartMeeting(string roomId)
    {
        lock (_lock)
        {
            BeginMeeting(GetRoom(roomId), new Meeting { StaysWhenEmpty = true });
            return GetRoom(roomId);
        }
    }

    /// <summary>Lets somebody into a room's meeting; the first one starts it.</summary>
    /// <exception cref="MeetError">The secret is wrong, or the room is closed.</exception>
    public Joined Join(string roomId, string secret, string? name)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            var isModerator = IsModerator(room, secret);
            if (!_meetings.ContainsKey(roomId))
                BeginMeeting(room, new Meeting());

            var trimmed = name?.Trim() is { Length: > 0 } given ? given : "Guest";
            var participant = new Participant($"{trimmed}-{RandomText.Of(6)}", trimmed, isModerator)
            {
                SeenAt = time.GetUtcNow(),
            };
            _meetings[roomId].Participants.Add(participant);
            return new Joined(roomId, participant.Identity, isModerator);
        }
    }

    /// <summary>What a participant's page shows, which counts as a sign of life.</summary>
    public MeetingView LookInto(string roomId, string secret, string? identity)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            var isModerator = IsModerator(room, secret);
            var meeting = _meetings.GetValueOrDefault(roomId);
            if (meeting?.Participants.Find(participant => participant.Identity == identity) is { } self)
                self.SeenAt = time.GetUtcNow();

            return new MeetingView(
                room.RoomName,
                room.Status,
                isModerator,
                [.. meeting?.Participants.Select(one => new ParticipantView(one.Identity, one.Name, one.IsModerator)) ?? []],
                [.. _recordings.Values.Where(recording => recording.RoomId == roomId)
                    .OrderByDescending(recording => recording.StartDate)
                    .Select(recording => new RecordingView(
                        recording.RecordingId, recording.Status, recording.StartDate, PublicUrl(recording)))],
                isModerator && room.Config.Recording.Enabled);
        }
    }

    /// <summary>Somebody leaves, or is sent away; the last one ends the meeting.</summary>
    public void Leave(string roomId, string identity)
    {
        lock (_lock)
        {
            if (!_meetings.TryGetValue(roomId, out var meeting)
                || meeting.Participants.RemoveAll(participant => participant.Identity == identity) == 0)
                return;
            if (meeting.Participants.Count == 0 && !meeting.StaysWhenEmpty)
                EndMeeting(roomId);
        }
    }

    /// <summary>Whoever's page has given no sign of life for too long has left.</summary>
    public void DropTheVanished()
    {
        lock (_lock)
        {
            var limit = time.GetUtcNow() - options.CurrentValue.ParticipantTimeout;
            foreach (var (roomId, meeting) in _meetings.ToList())
            {
                foreach (var vanished in meeting.Participants.Where(one => one.SeenAt < limit).ToList())
                    Leave(roomId, vanished.Identity);
            }
        }
    }

    /// <summary>Ends a room's meeting: the room opens again, or is closed or deleted as was wished.</summary>
    public void EndMeeting(string roomId)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            if (!_meetings.Remove(roomId))
                throw new MeetError(StatusCodes.Status409Conflict, "Meeting Error", $"No meeting is on in room '{roomId}'");

            // The webhook is sent before the deletion is done: the room is still active in it.
            var ended = room.MeetingEndAction switch
            {
                MeetingEndAction.Delete => room,
                MeetingEndAction.Close => room with { Status = RoomStatus.Closed, MeetingEndAction = MeetingEndAction.None },
                _ => room with { Status = RoomStatus.Open },
            };
            _rooms[roomId] = ended;
            Tell("meetingEnded", ended);

            if (room.MeetingEndAction == MeetingEndAction.Delete)
            {
                // What the media server reports later of its recordings finds no room any more: no webhook.
                Forget(roomId);
                return;
            }

            foreach (var recording in _recordings.Values.Where(one => one.RoomId == roomId && one.IsInProgress).ToList())
                _ = EndRecordingAsync(recording.RecordingId, RecordingStatus.Complete, "Source closed");
        }
    }

    /// <summary>
    /// Ends a meeting by force: a recording is stopped first, and the room can still be read until its meeting has ended.
    /// </summary>
    private async Task ForceEndAsync(string roomId)
    {
        lock (_lock)
        {
            if (RecordingOf(roomId) is { Status: not RecordingStatus.Ending } running)
                Update(running with { Status = RecordingStatus.Ending, Details = "End reason: StopEgress API" });
        }

        await Task.Delay(MeetingEndDelay, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (_meetings.ContainsKey(roomId))
                EndMeeting(roomId);
        }
    }

    public SimulationView View()
    {
        lock (_lock)
        {
            return new SimulationView(
                [.. _rooms.Values.Select(room => new SimulatedRoom(
                    room.RoomId,
                    room.RoomName,
                    room.Status,
                    _meetings.GetValueOrDefault(room.RoomId)?.Participants.Count ?? 0,
                    _recordings.Values.Any(recording => recording.RoomId == room.RoomId && recording.IsInProgress)))],
                options.CurrentValue.WebhookUrl);
        }
    }

    private void BeginMeeting(Room room, Meeting meeting)
    {
        if (room.Status == RoomStatus.Closed)
            throw new MeetError(StatusCodes.Status409Conflict, "Room Error", $"Room '{room.RoomId}' is closed and cannot be joined");
        if (!_meetings.TryAdd(room.RoomId, meeting))
            throw new MeetError(StatusCodes.Status409Conflict, "Meeting Error", $"A meeting is on in room '{room.RoomId}'");

        _rooms[room.RoomId] = room with { Status = RoomStatus.ActiveMeeting };
        Tell("meetingStarted", _rooms[room.RoomId]);
    }

    private static bool IsModerator(Room room, string secret)
    {
        if (secret == room.ModeratorSecret)
            return true;
        return secret == room.SpeakerSecret
            ? false
            : throw new MeetError(StatusCodes.Status400BadRequest, "Room Error", "The link's secret is not one of this room");
    }
}
