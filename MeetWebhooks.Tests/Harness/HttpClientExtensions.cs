namespace MeetWebhooks.Tests.Harness;

/// <summary>Requests to a server that may not be there.</summary>
public static class HttpClientExtensions
{
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
