using System.Text.Json;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Forwarding;

namespace MeetWebhooks.Web.Sources;

/// <summary>
/// Asks the Api how it is doing, and to compare OpenVidu Meet's lists with what is known. At most one request for a reading is
/// on its way; those who ask meanwhile share the next one.
/// </summary>
internal sealed class ApiReports : IDisposable
{
    private readonly HttpClient _client;
    private readonly Lock _lock = new();
    private Task<ReconciliationReport?> _current = Task.FromResult<ReconciliationReport?>(null);
    private Task<ReconciliationReport?>? _next;

    public ApiReports(ApiConnections connections)
    {
        _client = new HttpClient(new SocketsHttpHandler
        {
            // No traces of these requests.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectCallback = connections.ConnectAsync,
            UseCookies = false,
            UseProxy = false,
        })
        {
            BaseAddress = new Uri(ApiConnections.Api),
            Timeout = TimeSpan.FromSeconds(2),
        };
    }

    /// <summary>Asks for a reading; nobody needs to wait for the answer.</summary>
    /// <returns>How the Api is doing; null where it does not answer.</returns>
    public Task<ReconciliationReport?> AskForReadingAsync()
    {
        lock (_lock)
        {
            if (_current.IsCompleted)
                return _current = SendAsync(HttpMethod.Post);
            return _next ??= SendAfterAsync(_current);
        }
    }

    /// <summary>Asks how the Api is doing.</summary>
    /// <returns>Null where it does not answer.</returns>
    public Task<ReconciliationReport?> AskAsync() => SendAsync(HttpMethod.Get);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<ReconciliationReport?> SendAfterAsync(Task current)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _current = _next!;
            _next = null;
        }

        return await SendAsync(HttpMethod.Post);
    }

    private async Task<ReconciliationReport?> SendAsync(HttpMethod method)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using var request = new HttpRequestMessage(method, "reconciliation");
            using var answer = await _client.SendAsync(request);
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync(ReconciliationJson.Default.ReconciliationReport)
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException
            or IOException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }
}
