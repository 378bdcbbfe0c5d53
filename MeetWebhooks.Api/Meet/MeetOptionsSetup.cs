using Microsoft.Extensions.Options;

namespace MeetWebhooks.Api.Meet;

/// <summary>Fills in what section <c>Meet</c> leaves out, and refuses what can't work.</summary>
internal sealed class MeetOptionsSetup(IConfiguration configuration, IHostEnvironment environment)
    : IPostConfigureOptions<MeetOptions>, IValidateOptions<MeetOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public void PostConfigure(string? name, MeetOptions options)
    {
        options.ServerUrl = FirstSet(options.ServerUrl, configuration["OV_MEET_SERVER_URL"], "http://localhost:9080");
        options.ApiKey = FirstSet(
            options.ApiKey, configuration["OV_MEET_API_KEY"], environment.IsDevelopment() ? "meet-api-key" : "");
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MeetOptions options)
    {
        var failures = new List<string>();
        if (ServerUrlFailure(options.ServerUrl) is { } failure)
            failures.Add($"Meet:ServerUrl (OV_MEET_SERVER_URL) {failure}");

        var keys = options.ApiKeys();
        if (keys.Count == 0)
            failures.Add("Meet:ApiKey (OV_MEET_API_KEY) is missing: set it to the API key of your OpenVidu Meet.");
        else if (keys.Any(key => key.Any(character => character is <= ' ' or > '~')))
            failures.Add("Meet:ApiKey (OV_MEET_API_KEY) has a blank or a character outside ASCII in it.");

        if (options.Timeout < ShortestTimeout || options.Timeout > LongestTimeout)
            failures.Add("Meet:Timeout must be between 00:00:00.050 and 00:05:00.");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? ServerUrlFailure(string serverUrl)
    {
        // The address is not repeated: where it has a password in it, that would end up in the log.
        if (!Uri.TryCreate(serverUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return "must be an absolute address that begins with http:// or https://.";
        if (url.UserInfo.Length > 0)
            return "must not have a user name or password in it.";
        return url.Query.Length > 0 || url.Fragment.Length > 0 ? "must not have a query or a fragment." : null;
    }

    private static string FirstSet(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return value.Trim();
        }

        return "";
    }
}
