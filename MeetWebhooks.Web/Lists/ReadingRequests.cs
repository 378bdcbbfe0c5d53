using System.Text.Json;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Forwarding;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MeetWebhooks.Web.Lists;

/// <summary>
/// Asks the Api to compare OpenVidu Meet's lists with what is known. At most one request is on its way; those who ask
/// meanwhile share the next one.
/// </summary>
internal sealed class ReadingRequests : IDisposable
{
    private readonly HttpClient _client;
    private readonly Lock _lock = new();
    private Task<ProblemHttpResult?> _current = Task.FromResult<ProblemHttpResult?>(null);
    private Task<ProblemHttpResult?>? _next;

    public ReadingRequests(ApiConnections connections) => _client = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = connections.ConnectAsync,
        UseCookies = false,
        UseProxy = false,
    })
    {
        BaseAddress = new Uri(ApiConnections.Api),
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Asks for a reading; nobody needs to wait for the answer.</summary>
    /// <returns>Why the last reading failed, or why the Api could not be asked; null where neither is so.</returns>
    public Task<ProblemHttpResult?> AskAsync()
    {
        lock (_lock)
        {
            if (_current.IsCompleted)
                return _current = SendAsync();
            return _next ??= SendAfterAsync(_current);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<ProblemHttpResult?> SendAfterAsync(Task current)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _current = _next!;
            _next = null;
        }

        return await SendAsync();
    }

    private async Task<ProblemHttpResult?> SendAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using var answer = await _client.PostAsync("reconciliation", content: null);
            if (answer.IsSuccessStatusCode)
                return null;
            await using var body = await answer.Content.ReadAsStreamAsync();
            using var problem = await JsonDocument.ParseAsync(body);
            return Problem.Answer((int)answer.StatusCode, problem.RootElement.GetProperty("message").GetString()!);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException
            or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Problem.Answer(
                StatusCodes.Status503ServiceUnavailable, "The Api does not answer. Check that it runs; then try again.");
        }
    }
}
