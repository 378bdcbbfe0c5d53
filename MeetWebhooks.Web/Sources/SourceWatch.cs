using System.Text.Json;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Web.Sources;

/// <summary>
/// Knows how well Redis, the Api and OpenVidu Meet are: what this replica shows is up to date only while all three answer.
/// </summary>
internal sealed class SourceWatch(LiveMirror mirror, ApiReports api, TimeProvider time)
{
    /// <summary>For how long the log may be unheard before Redis counts as unreachable: a lost message is no outage.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Source _redis = new();
    private readonly Source _api = new();
    private readonly Source _meet = new();
    private DateTimeOffset? _apiAnsweredAt;
    private DateTimeOffset? _readAt;
    private string? _failure;
    private RefusedReport? _refused;

    /// <summary>Looks at all sources.</summary>
    /// <param name="isReadingWanted">Whether OpenVidu Meet's lists are to be read soon.</param>
    /// <returns>Whether anything has changed that readers must know.</returns>
    public async Task<bool> LookAsync(bool isReadingWanted)
    {
        var report = await (isReadingWanted ? api.AskForReadingAsync() : api.AskAsync());
        lock (_lock)
        {
            var before = Told();
            Take(report);
            return before != Told();
        }
    }

    /// <summary>What the sources are like, as JSON.</summary>
    /// <param name="position">The log's position that this replica is at.</param>
    public byte[] Encode(LogPosition position)
    {
        lock (_lock)
        {
            return JsonSerializer.SerializeToUtf8Bytes(
                new SourceReport(
                    position.ToString(),
                    time.GetUtcNow().ToUnixTimeMilliseconds(),
                    new SourceStates(
                        new SourceState(_redis.IsReachable, _redis.Since),
                        new SourceState(_api.IsReachable, _api.Since),
                        new SourceState(_meet.IsReachable, _meet.Since, _failure, _readAt?.ToUnixTimeMilliseconds())),
                    _refused),
                SourceReportJson.Default.SourceReport);
        }
    }

    private (bool Redis, bool Api, bool Meet, string? Failure, string? Refusal) Told() =>
        (_redis.IsReachable, _api.IsReachable, _meet.IsReachable, _failure, _refused?.Reason);

    private void Take(ReconciliationReport? report)
    {
        var now = time.GetUtcNow();
        var logAge = Max(mirror.Age, TimeSpan.FromSeconds(report?.LogAge ?? 0));
        if (logAge < LongestSilence && mirror.View.Position is not null)
            _redis.Up(now);
        else
            _redis.Down(now - logAge);

        if (report is null)
        {
            _api.Down(_apiAnsweredAt);
            return;
        }

        _api.Up(now);
        _apiAnsweredAt = now;
        if (report.ReadingAge is { } age)
            _readAt = now - TimeSpan.FromSeconds(age);
        _failure = report.Failure;
        if (_failure is null)
            _meet.Up(now);
        else
            _meet.Down(_readAt);
        _refused = report.Refused is { } refused
            ? new RefusedReport(
                refused.Count, (now - TimeSpan.FromSeconds(refused.Age)).ToUnixTimeMilliseconds(), refused.Reason)
            : null;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
