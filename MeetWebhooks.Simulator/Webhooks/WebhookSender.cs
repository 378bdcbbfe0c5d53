using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Simulator.Webhooks;

/// <summary>
/// Delivers webhooks as OpenVidu Meet does: each on its own, so that a repeated one can arrive after later ones; delivered
/// is one that is answered 2xx within 5 seconds, and what isn't is repeated up to five times.
/// </summary>
internal sealed partial class WebhookSender(
    IHttpClientFactory clients,
    IOptionsMonitor<SimulatorOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<WebhookSender> logger)
{
    /// <summary>The name of the sender's HTTP client.</summary>
    public const string Client = "webhooks";

    /// <summary>How long the receiver may take until its headers are there.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The waits before the repeats, each counted from the end of the attempt before.</summary>
    public static readonly IReadOnlyList<TimeSpan> Repeats =
        [.. ((double[])[0.3, 0.6, 1.2, 2.4, 4.8]).Select(TimeSpan.FromSeconds)];

    /// <summary>Begins the delivery of an event and does not wait for it.</summary>
    public void Send<T>(string name, T data, JsonTypeInfo<WebhookBody<T>> json)
    {
        var current = options.CurrentValue;
        if (!Uri.TryCreate(current.WebhookUrl, UriKind.Absolute, out var url))
            return;
        _ = DeliverAsync(name, Sign(name, data, json, current.ApiKey), url);
    }

    /// <summary>Delivers a test event once, to any address.</summary>
    /// <returns>Null where it was answered 2xx, else what was wrong.</returns>
    public async Task<string?> TestAsync(Uri url, CancellationToken cancellationToken)
    {
        var delivery = Sign(
            "testEvent", new TestMessage("This is a test webhook event"),
            SimulatorJson.Meet.WebhookBodyTestMessage, options.CurrentValue.ApiKey);
        try
        {
            using var client = clients.CreateClient(Client);
            using var limit = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var status = (int)await delivery.AttemptAsync(client, url, either.Token).ConfigureAwait(false);
            return status switch
            {
                >= 200 and < 300 => null,
                >= 400 and < 500 => $"Client error ({status} {Reason(status)})",
                _ => $"Server error ({status} {Reason(status)})",
            };
        }
        catch (HttpRequestException)
        {
            return "Connection refused by server";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "Request timed out after 5 seconds";
        }
    }

    private WebhookDelivery Sign<T>(string name, T data, JsonTypeInfo<WebhookBody<T>> json, string apiKey)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new WebhookDelivery(
            JsonSerializer.SerializeToUtf8Bytes(new WebhookBody<T>(name, now, data), json), now, apiKey);
    }

    private async Task DeliverAsync(string name, WebhookDelivery delivery, Uri url)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var outcome = await AttemptAsync(delivery, url, stopping).ConfigureAwait(false);
                if (outcome is null)
                {
                    LogDelivered(name, attempt + 1);
                    return;
                }

                LogFailed(name, attempt + 1, outcome);
                if (attempt == Repeats.Count)
                    return;
                await Task.Delay(Repeats[attempt], time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Repeats that are pending are lost when it stops, as with the real one.
        }
    }

    private async Task<string?> AttemptAsync(WebhookDelivery delivery, Uri url, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            using var client = clients.CreateClient(Client);
            var status = (int)await delivery.AttemptAsync(client, url, either.Token).ConfigureAwait(false);
            return status is >= 200 and < 300 ? null : $"status {status}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return "no answer within 5 seconds";
        }
    }

    private static string Reason(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Event} delivered (attempt {Attempt}).")]
    private partial void LogDelivered(string @event, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Event} not delivered (attempt {Attempt}): {Reason}.")]
    private partial void LogFailed(string @event, int attempt, string reason);
}

/// <summary>A webhook's JSON, its members in Meet's order.</summary>
internal sealed record WebhookBody<T>(string Event, long CreationDate, T Data);

/// <summary>The data of a test event.</summary>
internal sealed record TestMessage(string Message);
