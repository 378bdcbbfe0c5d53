namespace MeetWebhooks.Api.Meet;

/// <summary>A whole list.</summary>
/// <param name="Items">Its items, in Meet's order.</param>
/// <param name="Date">
/// When Meet began to answer, by its own clock and in whole seconds, where it said so. What it says in a webhook of an
/// earlier date is known to the list.
/// </param>
internal sealed record MeetList(IReadOnlyList<MeetItem> Items, DateTimeOffset? Date);
