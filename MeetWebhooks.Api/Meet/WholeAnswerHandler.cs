namespace MeetWebhooks.Api.Meet;

/// <summary>
/// Reads the whole body of an answer before handing it on. Placed inside of the time limit and the circuit breaker, so
/// that both see a body that never ends, breaks off, or grows beyond all bounds.
/// </summary>
internal sealed class WholeAnswerHandler : DelegatingHandler
{
    /// <summary>The largest answer, in bytes after decompression; a page of 100 rooms has about 60,000.</summary>
    private const long LargestAnswer = 8 * 1024 * 1024;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
