using MeetWebhooks.Simulator.Recordings;

namespace MeetWebhooks.Simulator;

internal sealed partial class MeetState
{
    private static readonly TimeSpan RecordingStartTimeout = TimeSpan.FromSeconds(20);

    /// <summary>All recordings, ordered by their ids' bytes.</summary>
    public IReadOnlyList<Recording> Recordings()
    {
        lock (_lock)
            return [.. _recordings.Values];
    }

    public Recording GetRecording(string recordingId)
    {
        lock (_lock)
            return _recordings.GetValueOrDefault(recordingId) ?? throw MeetError.NoRecording(recordingId);
    }

    /// <summary>Starts to record a room's meeting; <c>active</c> follows soon.</summary>
    public Recording StartRecording(string roomId)
    {
        lock (_lock)
        {
            var room = GetRoom(roomId);
            if (!_meetings.ContainsKey(roomId))
                throw Conflict($"No meeting is on in room '{roomId}': there is nothing to record");
            if (!room.Config.Recording.Enabled)
                throw Conflict($"Recording is not enabled in room '{roomId}'");
            if (RecordingOf(roomId) is not null)
                throw Conflict($"Room '{roomId}' is being recorded");

            var recording = Recording.Begin(roomId, room.RoomName, Now);
            _recordings.Add(recording.RecordingId, recording);
            _recordingSecrets.Add(recording.RecordingId, new RecordingSecrets(RandomText.Secret(), RandomText.Secret()));
            Tell("recordingStarted", recording);
            _ = ActivateAsync(recording.RecordingId);
            _ = FailAbortedAsync(recording.RecordingId);
            return recording;
        }
    }

    /// <summary>Stops a room's recording; its end follows soon.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="outcome">How it ends: one of <see cref="RecordingStatus.Ends"/>.</param>
    public Recording StopRecording(string roomId, string outcome)
    {
        lock (_lock)
        {
            GetRoom(roomId);
            var recording = RecordingOf(roomId) ?? throw Conflict($"Room '{roomId}' is not being recorded");
            _ = EndRecordingAsync(recording.RecordingId, outcome, "StopEgress API");
            return _recordings[recording.RecordingId];
        }
    }

    public void DeleteRecording(string recordingId)
    {
        lock (_lock)
        {
            if (GetRecording(recordingId).IsInProgress)
                throw NotStopped(recordingId);
            ForgetRecording(recordingId);
        }
    }

    /// <summary>A recording whose file is there to be watched.</summary>
    public Recording GetWatchable(string recordingId)
    {
        var recording = GetRecording(recordingId);
        return recording.Status == RecordingStatus.Complete ? recording : throw NotStopped(recordingId);
    }

    /// <summary>A link under which anyone can watch, or only who is logged in.</summary>
    public string GetUrl(string recordingId, bool isPrivate)
    {
        lock (_lock)
        {
            var recording = GetRecording(recordingId);
            var secrets = _recordingSecrets[recordingId];
            return Url(recording, isPrivate ? secrets.Private : secrets.Public);
        }
    }

    /// <summary>The secrets of a recording's links, where there is such a recording.</summary>
    public RecordingSecrets? SecretsOf(string recordingId)
    {
        lock (_lock)
            return _recordingSecrets.GetValueOrDefault(recordingId);
    }

    public static MeetError NotStopped(string recordingId) =>
        Conflict($"Recording '{recordingId}' is not stopped yet");

    private static MeetError Conflict(string message) =>
        new(StatusCodes.Status409Conflict, "Recording Error", message);

    private Recording? RecordingOf(string roomId) =>
        _recordings.Values.FirstOrDefault(one => one.RoomId == roomId && one.IsInProgress);

    private string? PublicUrl(Recording recording) =>
        recording.Status == RecordingStatus.Complete
            ? Url(recording, _recordingSecrets[recording.RecordingId].Public)
            : null;

    private string Url(Recording recording, string secret) =>
        $"{links.BaseUrl}/recording/{recording.RecordingId}?secret={secret}";

    private async Task ActivateAsync(string recordingId)
    {
        await Task.Delay(options.CurrentValue.RecordingDelay, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (_recordings.GetValueOrDefault(recordingId) is { Status: RecordingStatus.Starting } starting)
                Update(starting with { Status = RecordingStatus.Active, StartDate = Now });
        }
    }

    // A start that was aborted is counted as failed when its time is over, of which no webhook tells.
    private async Task FailAbortedAsync(string recordingId)
    {
        await Task.Delay(RecordingStartTimeout, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (_recordings.GetValueOrDefault(recordingId) is { Status: RecordingStatus.Aborted } aborted)
                _recordings[recordingId] = aborted with { Status = RecordingStatus.Failed };
        }
    }

    private async Task EndRecordingAsync(string recordingId, string outcome, string reason)
    {
        lock (_lock)
        {
            if (_recordings.GetValueOrDefault(recordingId) is not { IsInProgress: true } running)
                return;
            // A recording that fails says nothing before its end.
            if (outcome == RecordingStatus.Complete && running.Status != RecordingStatus.Ending)
                Update(running with { Status = RecordingStatus.Ending, Details = $"End reason: {reason}" });
        }

        await Task.Delay(options.CurrentValue.RecordingDelay, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (_recordings.GetValueOrDefault(recordingId) is not { IsInProgress: true } ending)
                return;
            var ended = ending.End(outcome, reason, Now, SampleVideo.Bytes.Length);
            _recordings[recordingId] = ended;
            Tell("recordingEnded", ended);
        }
    }

    private void Update(Recording recording)
    {
        _recordings[recording.RecordingId] = recording;
        Tell("recordingUpdated", recording);
    }
}
