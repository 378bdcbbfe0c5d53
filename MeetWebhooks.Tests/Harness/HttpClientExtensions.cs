using System.Net;

namespace MeetWebhooks.Tests.Harness;

/// <summary>Requests to a server that may not be there.</summary>
public static class HttpClientExtensions
{
    /// <summary>Asks a front door for a list until the list is known.</summary>
    /// <param name="client">A client of the front door.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TimeoutException">The list is not known within <see cref="Eventually.Limit"/>.</exception>
    public static async Task<HttpResponseMessage> GetListAsync(
        this HttpClient client, string path, CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                answer?.Dispose();
                answer = await client.GetAsync(path, cancellationToken);
                return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
            },
            Eventually.Limit,
            cancellationToken);
        return answer!;
    }

    /// <summary>Whether a GET is answered with success.</summary>
    public static async Task<bool> SucceedsAsync(this HttpClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(path, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
