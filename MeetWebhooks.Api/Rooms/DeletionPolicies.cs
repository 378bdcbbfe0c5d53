using Microsoft.AspNetCore.Http.Extensions;

namespace MeetWebhooks.Api.Rooms;

/// <summary>What to do about a meeting and about recordings when a room is deleted.</summary>
/// <param name="WithMeeting"><c>fail</c>, <c>force</c> or <c>when_meeting_ends</c>; null is <c>fail</c>.</param>
/// <param name="WithRecordings">
/// <c>fail</c>, <c>force</c> or <c>close</c> (keep the room, closed); null is <c>fail</c>.
/// </param>
internal sealed record DeletionPolicies(string? WithMeeting, string? WithRecordings)
{
    /// <summary>Why Meet would not take the policies, or null where it would.</summary>
    public string? Refusal()
    {
        if (WithMeeting is not (null or "fail" or "force" or "when_meeting_ends"))
            return "'withMeeting' must be fail, force or when_meeting_ends.";
        return WithRecordings is null or "fail" or "force" or "close"
            ? null
            : "'withRecordings' must be fail, force or close.";
    }

    /// <summary>The query string for Meet, empty or with its question mark.</summary>
    public string ToQuery()
    {
        var query = new QueryBuilder();
        if (WithMeeting is not null)
            query.Add("withMeeting", WithMeeting);
        if (WithRecordings is not null)
            query.Add("withRecordings", WithRecordings);
        return query.ToString();
    }
}
