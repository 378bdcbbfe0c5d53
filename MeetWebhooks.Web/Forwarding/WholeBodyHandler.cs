namespace MeetWebhooks.Web.Forwarding;

/// <summary>
/// Reads a small body before the request goes out. Forwarded as it comes, its head leaves by itself: two sends here, and
/// the Api is woken twice, for what then is one of each.
/// </summary>
/// <param name="inner">What sends the request.</param>
internal sealed class WholeBodyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>
    /// In bytes. A webhook has some hundred; and who sends a large body slowly must not have it all kept here.
    /// </summary>
    private const int LargestWhole = 16 * 1024;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { Headers.ContentLength: <= LargestWhole } body)
            await body.LoadIntoBufferAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
