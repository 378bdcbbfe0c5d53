using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;

namespace MeetWebhooks.Simulator;

internal sealed partial class MeetState
{
    /// <summary>All rooms, ordered by their ids' bytes.</summary>
    public IReadOnlyList<Room> Rooms()
    {
        lock (_lock)
            return [.. _rooms.Values];
    }

    public Room? FindRoom(string roomId)
    {
        lock (_lock)
            return _rooms.GetValueOrDefault(roomId);
    }

    public Room GetRoom(string roomId) => FindRoom(roomId) ?? throw MeetError.NoRoom(roomId);

    public Room CreateRoom(NewRoom wanted)
    {
        var name = RoomName.Clean(wanted.RoomName);
        var room = new Room(
            RoomName.NewId(name), name, time.GetUtcNow().ToUnixTimeMilliseconds(), wanted.AutoDeletionDate,
            wanted.AutoDeletionPolicy, wanted.Config, RandomText.Secret(), RandomText.Secret());
        lock (_lock)
            _rooms.Add(room.RoomId, room);
        return room;
    }

    public void Configure(string roomId, RoomConfig config)
    {
        lock (_lock)
            _rooms[roomId] = GetRoom(roomId) with { Config = config };
    }

    /// <summary>Opens or closes a room.</summary>
    /// <returns>The room, and whether it is closed only when its meeting ends.</returns>
    public (Room Room, bool IsScheduled) SetStatus(string roomId, string status)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            var closes = status == RoomStatus.Closed;
            room = room.IsActive
                ? room with { MeetingEndAction = closes ? MeetingEndAction.Close : MeetingEndAction.None }
                : room with { Status = status, MeetingEndAction = MeetingEndAction.None };
            _rooms[roomId] = room;
            return (room, room.IsActive && closes);
        }
    }

    /// <summary>Deletes or closes a room, now or when its meeting ends, as the policies have it.</summary>
    public RoomDeletion DeleteRoom(string roomId, string withMeeting, string withRecordings)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            var hasRecordings = _recordings.Values.Any(recording => recording.RoomId == roomId);
            var deletion = RoomDeletion.Decide(room, hasRecordings, withMeeting, withRecordings);
            if (deletion.IsRefused)
                return deletion;

            var changed = room with
            {
                MeetingEndAction = deletion.Closes ? MeetingEndAction.Close : MeetingEndAction.Delete,
            };
            if (!room.IsActive)
            {
                if (!deletion.Closes)
                {
                    Forget(roomId);
                    return deletion;
                }

                _rooms[roomId] = room with { Status = RoomStatus.Closed };
                return deletion with { Room = _rooms[roomId].ToAnswer(links.BaseUrl) };
            }

            _rooms[roomId] = changed;
            if (withMeeting == DeletionPolicy.Force)
            {
                if (!deletion.Closes)
                    ForgetRecordings(roomId, recording => !recording.IsInProgress);
                _ = ForceEndAsync(roomId);
            }

            return deletion.Answers202 || deletion.Closes
                ? deletion with { Room = changed.ToAnswer(links.BaseUrl) }
                : deletion;
        }
    }

    private void Forget(string roomId)
    {
        _rooms.Remove(roomId);
        ForgetRecordings(roomId, _ => true);
    }

    private void ForgetRecordings(string roomId, Func<Recording, bool> which)
    {
        foreach (var recording in _recordings.Values.Where(one => one.RoomId == roomId && which(one)).ToList())
            ForgetRecording(recording.RecordingId);
    }

    private void ForgetRecording(string recordingId)
    {
        _recordings.Remove(recordingId);
        _recordingSecrets.Remove(recordingId);
    }
}
