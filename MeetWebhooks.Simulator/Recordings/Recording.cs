using System.Text.Json.Serialization;

namespace MeetWebhooks.Simulator.Recordings;

/// <summary>A recording's status.</summary>
internal static class RecordingStatus
{
    public const string Starting = "starting";
    public const string Active = "active";
    public const string Ending = "ending";
    public const string Complete = "complete";
    public const string Failed = "failed";
    public const string Aborted = "aborted";
    public const string LimitReached = "limit_reached";

    /// <summary>How a recording can end.</summary>
    public static readonly string[] Ends = [Complete, Failed, Aborted, LimitReached];
}

/// <summary>
/// A recording; its JSON has the members in Meet's order, and leaves out what isn't known. Dates are milliseconds since
/// 1970 with fractions (the start is first that of the request, then the real one), the duration is in seconds with
/// fractions, the size in bytes.
/// </summary>
internal sealed record Recording(
    string RecordingId,
    string RoomId,
    string RoomName,
    string Status,
    string Filename,
    double StartDate,
    double? EndDate = null,
    double? Duration = null,
    long? Size = null,
    int? ErrorCode = null,
    string? Error = null,
    string? Details = null)
{
    [JsonIgnore]
    public bool IsInProgress =>
        Status is RecordingStatus.Starting or RecordingStatus.Active or RecordingStatus.Ending;

    /// <summary>A recording that was just asked for.</summary>
    public static Recording Begin(string roomId, string roomName, double now)
    {
        var part = RandomText.Secret();
        return new Recording(
            $"{roomId}--EG_{RandomText.Mixed(12)}--{part}", roomId, roomName, RecordingStatus.Starting,
            $"{roomId}--{part}.mp4", now);
    }

    /// <summary>The recording when it has ended in one of the four ways.</summary>
    public Recording End(string status, string reason, double now, long size)
    {
        var ended = this with { Status = status, EndDate = now, Details = $"End reason: {reason}" };
        return status switch
        {
            RecordingStatus.Complete => ended with { Duration = Seconds(now), Size = size },
            RecordingStatus.LimitReached => ended with
            {
                Duration = Seconds(now), Size = size,
                ErrorCode = 413, Error = "Session limit reached", Details = "End reason: Session limit reached",
            },
            // What never came to run has no length.
            RecordingStatus.Aborted => ended with
            {
                StartDate = now,
                ErrorCode = 412, Error = "Stop called before pipeline could start",
            },
            _ => ended with
            {
                StartDate = now,
                ErrorCode = 500, Error = "Start signal not received", Details = "End reason: Failure",
            },
        };
    }

    private double Seconds(double now) => (now - StartDate) / 1000;
}

/// <summary>The secrets in a recording's links: of the one for anyone, and of the one that needs a login.</summary>
internal sealed record RecordingSecrets(string Public, string Private);
