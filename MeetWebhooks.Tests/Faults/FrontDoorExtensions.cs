using System.Net;

namespace MeetWebhooks.Tests.Faults;

/// <summary>What tests ask a front door, or an Api, that may be away.</summary>
internal static class FrontDoorExtensions
{
    /// <summary>Posts a delivery again and again until it is accepted, as OpenVidu Meet does.</summary>
    public static async Task<Delivery> PersistAsync(this HttpClient frontDoor, Delivery delivery)
    {
        await Eventually.TrueAsync(async () =>
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
        });
        return delivery;
    }

    /// <summary>What <c>/health</c> says.</summary>
    public static async Task<string> HealthAsync(this HttpClient frontDoor)
    {
        using var answer = await frontDoor.GetAsync("health", TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
