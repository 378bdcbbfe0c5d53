namespace MeetWebhooks.Api.Meet;

/// <summary>Meet refused a request or failed at it.</summary>
/// <param name="status">The HTTP status that our own answer gets.</param>
/// <param name="message">A sentence for whoever asked, which says what to check. Never has a secret in it.</param>
/// <param name="innerException">What went wrong underneath; for the log only.</param>
internal sealed class MeetException(int status, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The HTTP status that our own answer gets.</summary>
    public int Status { get; } = status;

    /// <summary>Meet's code of the error, such as <c>room_has_recordings</c>, where it gave one.</summary>
    public string? Error { get; init; }

    /// <summary>Meet's list of invalid fields, where it gave one.</summary>
    public IEnumerable<MeetItem>? Details { get; init; }

    /// <summary>When asking again makes sense, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
