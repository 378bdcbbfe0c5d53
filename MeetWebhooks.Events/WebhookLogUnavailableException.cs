using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Events;

/// <summary>
/// Redis did not answer in time, or not at all, or with something that is no log. Whether an append took place is not
/// known.
/// </summary>
/// <param name="message">A sentence that says what to check.</param>
/// <param name="innerException">What went wrong underneath.</param>
public sealed class WebhookLogUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What went wrong underneath, for logs, as <see cref="PrintableText"/>.</summary>
    public string Reason => PrintableText.Of(GetBaseException().Message);
}
