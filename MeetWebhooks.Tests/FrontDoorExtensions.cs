using System.Net;

namespace MeetWebhooks.Tests;

/// <summary>Requests to a front door, or an Api, that may be down.</summary>
internal static class FrontDoorExtensions
{
    /// <summary>Posts a delivery until it is accepted, as OpenVidu Meet does.</summary>
    public static async Task<Delivery> PersistAsync(this HttpClient frontDoor, Delivery delivery)
    {
        // Whoever is to accept it may have been killed, and be starting again.
        await Eventually.TrueAsync(IsAcceptedAsync, Eventually.StartLimit, TestContext.Current.CancellationToken);
        return delivery;

        async Task<bool> IsAcceptedAsync()
        {
            try
            {
                using var answer = await delivery.PostAsync(frontDoor, TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>Reads <c>/health</c>.</summary>
    public static async Task<string> HealthAsync(this HttpClient frontDoor)
    {
        using var answer = await frontDoor.GetAsync("health", TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
