namespace MeetWebhooks.Api.Meet;

/// <summary>The headers that say how current a list is.</summary>
internal static class ListHeaders
{
    /// <summary>
    /// Sets <c>Last-Event-ID</c>, from which a stream continues the list, and <c>Meet-Date</c>, when OpenVidu Meet
    /// began to answer.
    /// </summary>
    /// <param name="response">The answer with the list.</param>
    /// <param name="list">The list.</param>
    public static void SetAsOf(this HttpResponse response, MeetList list)
    {
        response.Headers["Last-Event-ID"] = list.Position.ToString();
        if (list.Date is { } date)
            response.Headers["Meet-Date"] = date.ToString("R");
    }
}
