using Microsoft.Extensions.Configuration;

namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>The settings of OpenVidu Meet. Those of its tutorial work too.</summary>
internal static class MeetSettings
{
    /// <summary>The URL of an OpenVidu Meet that runs elsewhere, or null.</summary>
    public static string? MeetServerUrl(this IConfiguration configuration) =>
        FirstSet(configuration["Meet:ServerUrl"], configuration["OV_MEET_SERVER_URL"]);

    /// <summary>OpenVidu Meet's API key, or null.</summary>
    public static string? MeetApiKey(this IConfiguration configuration) =>
        FirstSet(configuration["Meet:ApiKey"], configuration["OV_MEET_API_KEY"]);

    private static string? FirstSet(params IEnumerable<string?> values) =>
        values.FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}
