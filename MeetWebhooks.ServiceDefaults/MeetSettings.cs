using Microsoft.Extensions.Configuration;

namespace MeetWebhooks.ServiceDefaults;

/// <summary>
/// Where a process finds OpenVidu Meet's address and API key in its configuration. The tutorial's names work too.
/// </summary>
public static class MeetSettings
{
    /// <summary>OpenVidu Meet's address in its local deployment.</summary>
    public const string DefaultServerUrl = "http://localhost:9080";

    /// <summary><c>Meet:ServerUrl</c> or <c>OV_MEET_SERVER_URL</c>; null where neither is set.</summary>
    public static string? MeetServerUrl(this IConfiguration configuration) =>
        configuration.FirstSet("Meet:ServerUrl", "OV_MEET_SERVER_URL");

    /// <summary><c>Meet:ApiKey</c> or <c>OV_MEET_API_KEY</c>; null where neither is set.</summary>
    public static string? MeetApiKey(this IConfiguration configuration) =>
        configuration.FirstSet("Meet:ApiKey", "OV_MEET_API_KEY");

    /// <summary>Whether a text is an HTTP address without credentials, query and fragment.</summary>
    public static bool IsHttpAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { UserInfo: "", Query: "", Fragment: "" };

    /// <summary>The first of several settings that is neither missing nor blank, trimmed.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="names">The settings, in order.</param>
    public static string? FirstSet(this IConfiguration configuration, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var name in names)
        {
            if (configuration[name] is { } value && !string.IsNullOrWhiteSpace(value))
                return value.Trim();
        }

        return null;
    }
}
