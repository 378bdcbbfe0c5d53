namespace MeetWebhooks.Api.Meet;

/// <summary>A whole list.</summary>
/// <param name="Items">Its items, in Meet's order.</param>
/// <param name="Date">
/// When Meet began to answer, by its own clock and in whole seconds, where it said so. What it says in a webhook of an
/// earlier date is known to the list.
/// </param>
internal sealed record MeetList(IReadOnlyList<MeetItem> Items, DateTimeOffset? Date)
{
    /// <summary>The header that carries <see cref="Date"/> to browsers, as an HTTP date.</summary>
    public const string DateHeader = "Meet-Date";

    /// <summary>Says in an answer as of when the list is: the log's position, and Meet's date.</summary>
    public void SayAsOf(LogPosition position, HttpResponse response)
    {
        response.Headers["Last-Event-ID"] = position.ToString();
        if (Date is { } date)
            response.Headers[DateHeader] = date.ToString("R");
    }
}
