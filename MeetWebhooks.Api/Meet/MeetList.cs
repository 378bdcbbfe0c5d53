namespace MeetWebhooks.Api.Meet;

/// <summary>A whole list as OpenVidu Meet gave it.</summary>
/// <param name="Position">Where the log was before OpenVidu Meet was asked.</param>
/// <param name="Items">Its items, newest first.</param>
/// <param name="Date">
/// When Meet began to answer, by its own clock and in whole seconds, where it said so. What it says in a webhook of an
/// earlier date is known to the list.
/// </param>
internal sealed record MeetList(LogPosition Position, IReadOnlyList<MeetItem> Items, DateTimeOffset? Date);
