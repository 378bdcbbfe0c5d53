using System.Text.Json;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.Web.Forwarding;

namespace MeetWebhooks.Web.Sources;

/// <summary>What the Api answered.</summary>
/// <param name="Report">How it is doing; null where it did not answer.</param>
/// <param name="At">The timestamp of the answer.</param>
internal sealed record ApiAnswer(ReconciliationReport? Report, long At);

/// <summary>
/// Asks the Api how it is doing, and to compare OpenVidu Meet's lists with what is known. At most one request for a reading is
/// on its way; those who ask meanwhile share the next one.
/// </summary>
internal sealed class ApiReports : IDisposable
{
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task<ApiAnswer> _current;
    private Task<ApiAnswer>? _next;

    public ApiReports(ApiConnections connections, TimeProvider time)
    {
        _time = time;
        _current = Task.FromResult(new ApiAnswer(null, time.GetTimestamp()));
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
    public Task<ApiAnswer> AskForReadingAsync()
    {
        lock (_lock)
        {
            if (_current.IsCompleted)
                return _current = SendAsync(HttpMethod.Post);
            return _next ??= SendAfterAsync(_current);
        }
    }

    /// <summary>Asks how the Api is doing.</summary>
    public Task<ApiAnswer> AskAsync() => SendAsync(HttpMethod.Get);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<ApiAnswer> SendAfterAsync(Task current)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _current = _next!;
            _next = null;
        }

        return await SendAsync(HttpMethod.Post);
    }

    private async Task<ApiAnswer> SendAsync(HttpMethod method)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        ReconciliationReport? report = null;
        try
        {
            using var request = new HttpRequestMessage(method, "reconciliation");
            using var answer = await _client.SendAsync(request);
            if (answer.IsSuccessStatusCode)
                report = await answer.Content.ReadFromJsonAsync(ReconciliationJson.Default.ReconciliationReport);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException
            or IOException or NotSupportedException or InvalidOperationException)
        {
            // It does not answer.
        }

        return new ApiAnswer(report, _time.GetTimestamp());
    }
}
