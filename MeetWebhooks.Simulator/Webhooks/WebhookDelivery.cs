using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace MeetWebhooks.Simulator.Webhooks;

/// <summary>A webhook, signed once and delivered with the same bytes however often.</summary>
internal sealed class WebhookDelivery
{
    private readonly byte[] _body;
    private readonly string _timestamp;
    private readonly string _signature;

    public WebhookDelivery(byte[] body, long timestamp, string apiKey)
    {
        _body = body;
        _timestamp = timestamp.ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(_timestamp + "."), .. body];
        _signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(apiKey), signed));
    }

    /// <summary>Makes one attempt.</summary>
    /// <returns>The status that the receiver answered in the end.</returns>
    /// <exception cref="HttpRequestException">The receiver can't be reached.</exception>
    public async Task<HttpStatusCode> AttemptAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        // A few redirects are followed as fetch does: 307 and 308 keep the body, the others become a GET without one.
        var withBody = true;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(withBody ? HttpMethod.Post : HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("X-Timestamp", _timestamp);
            request.Headers.TryAddWithoutValidation("X-Signature", _signature);
            if (withBody)
            {
                request.Content = new ByteArrayContent(_body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var answer = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.Headers.Location is not { } location || (int)answer.StatusCode is < 300 or > 399 || redirects == 20)
                return answer.StatusCode;

            url = new Uri(url, location);
            if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
                throw new HttpRequestException($"Redirected to {url.Scheme}:, which is not followed");
            withBody &= answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        }
    }
}
