using Microsoft.Extensions.Options;

namespace MeetWebhooks.Simulator;

/// <summary>
/// Scheme and host of links. Without a base URL they are those of the last request that anybody made, as with the real one:
/// a probe under another name changes the links of the next webhook.
/// </summary>
internal sealed class Links(IOptionsMonitor<SimulatorOptions> options)
{
    private volatile string _last = "http://localhost:9080";

    public string BaseUrl => options.CurrentValue.BaseUrl is { Length: > 0 } configured ? configured : _last;

    public void Follow(HttpRequest request)
    {
        var scheme = request.Headers["X-Forwarded-Proto"].ToString() is "https" ? "https" : request.Scheme;
        if (request.Host.HasValue)
            _last = $"{scheme}://{request.Host}";
    }
}
