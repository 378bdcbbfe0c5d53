using System.Buffers;
using System.Text;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using System.Diagnostics;

namespace MeetWebhooks.Api.Webhooks;

/// <summary><c>POST /webhook</c>: where OpenVidu Meet delivers its events.</summary>
internal sealed partial class WebhookEndpoint(
    WebhookLog log,
    IOptions<WebhookOptions> options,
    IOptions<MeetOptions> meet,
    WebhookMetrics metrics,
    TimeProvider time,
    ILogger<WebhookEndpoint> logger)
{
    private readonly WebhookOptions _options = options.Value;

    private readonly byte[][] _keys = [.. meet.Value.ApiKeys().Select(Encoding.UTF8.GetBytes)];

    // A delivery is recognised for as long as one with its timestamp could be accepted.
    private readonly TimeSpan _rememberedFor =
        options.Value.MaxAge + options.Value.ClockTolerance + TimeSpan.FromMinutes(1);

    /// <summary>Validates a delivery and appends it to the log.</summary>
    /// <returns>
    /// 200 accepted or repeated; 401 unsigned, wrongly signed, too old, or from the future; 413 too large; 400 signed, but
    /// no JSON event; 503 not stored. OpenVidu Meet delivers again after anything but 2xx.
    /// </returns>
    public async Task<Results<Ok, ProblemHttpResult>> DeliverAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > _options.MaxBodySize)
            return Refuse(WebhookOutcome.TooLarge);

        var timestamp = Single(request.Headers[WebhookSignature.TimestampHeader]);
        var verdict = WebhookSignature.CheckTimestamp(timestamp, time.GetUtcNow(), _options);
        if (verdict != WebhookVerdict.Valid)
            return Refuse(Outcome(verdict));

        if (await ReadBodyAsync(request, context.RequestAborted) is not { } body)
            return Refuse(WebhookOutcome.TooLarge);

        var signature = Single(request.Headers[WebhookSignature.SignatureHeader]);
        verdict = WebhookSignature.Check(timestamp!, signature, body, _keys);
        if (verdict != WebhookVerdict.Valid)
            return Refuse(Outcome(verdict));

        if (WebhookEnvelope.TryRead(body) is not { } envelope)
            return Refuse(WebhookOutcome.NotAnEvent);

        Activity.Current?.SetTag("meetwebhooks.event", envelope.Event);
        Activity.Current?.SetTag("meetwebhooks.room.id", envelope.RoomId);
        try
        {
            // Not bound to the request: a delivery that was valid is stored also where Meet hangs up, which then
            // repeats it, and the repeat is recognised.
            var appended = await log.AppendAsync(
                body, signature!.ToLowerInvariant(), _rememberedFor, CancellationToken.None);
            Told(appended.IsRepeat ? WebhookOutcome.Repeated : WebhookOutcome.Accepted);
            LogAccepted(envelope.Event, envelope.RoomId, appended.Id, appended.IsRepeat);
            return TypedResults.Ok();
        }
        catch (WebhookLogUnavailableException exception)
        {
            LogNotStored(envelope.Event, envelope.RoomId, exception.GetBaseException().Message);
            Told(WebhookOutcome.NotStored);
            return Problem.Unavailable(context.Response, $"The webhook was not stored. {exception.Message}");
        }
    }

    private static string? Single(StringValues values) => values.Count == 1 ? values[0] : null;

    /// <summary>Reads the body as it is, or answers null as soon as it is too large.</summary>
    private async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Length > _options.MaxBodySize)
            {
                request.BodyReader.AdvanceTo(buffer.Start, buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = buffer.ToArray();
                request.BodyReader.AdvanceTo(buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private ProblemHttpResult Refuse(WebhookOutcome outcome)
    {
        Told(outcome);
        var (status, message) = outcome switch
        {
            WebhookOutcome.NoTimestamp => (StatusCodes.Status401Unauthorized,
                $"The header {WebhookSignature.TimestampHeader} must be there once, as milliseconds since 1970."),
            WebhookOutcome.NoSignature => (StatusCodes.Status401Unauthorized,
                $"The header {WebhookSignature.SignatureHeader} must be there once, as 64 hexadecimal digits."),
            WebhookOutcome.TooOld => (StatusCodes.Status401Unauthorized,
                "The webhook is too old. If it was just sent, compare the clocks of both machines."),
            WebhookOutcome.FromTheFuture => (StatusCodes.Status401Unauthorized,
                "The webhook's timestamp lies in the future. Compare the clocks of both machines."),
            WebhookOutcome.WrongSignature => (StatusCodes.Status401Unauthorized,
                "Invalid webhook signature. Check that Meet:ApiKey is the API key that OpenVidu Meet has now."),
            WebhookOutcome.TooLarge => (StatusCodes.Status413PayloadTooLarge,
                $"The webhook has more than {_options.MaxBodySize} bytes (Webhooks:MaxBodySize)."),
            _ => (StatusCodes.Status400BadRequest,
                "The webhook must be one JSON object with event (text), creationDate (number) and data (object)."),
        };
        LogRefused(outcome);
        return Problem.Answer(status, message);
    }

    private void Told(WebhookOutcome outcome)
    {
        metrics.Received(outcome);
        Activity.Current?.SetTag("meetwebhooks.webhook.outcome", outcome.ToString());
    }

    private static WebhookOutcome Outcome(WebhookVerdict verdict) => verdict switch
    {
        WebhookVerdict.NoTimestamp => WebhookOutcome.NoTimestamp,
        WebhookVerdict.NoSignature => WebhookOutcome.NoSignature,
        WebhookVerdict.TooOld => WebhookOutcome.TooOld,
        WebhookVerdict.FromTheFuture => WebhookOutcome.FromTheFuture,
        _ => WebhookOutcome.WrongSignature,
    };

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Webhook {Event} of room {RoomId} stands in the log as {Id} (repeated: {IsRepeat}).")]
    private partial void LogAccepted(string @event, string? roomId, LogPosition id, bool isRepeat);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook refused: {Outcome}.")]
    private partial void LogRefused(WebhookOutcome outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhook {Event} of room {RoomId} was not stored ({Reason}); Meet delivers it again.")]
    private partial void LogNotStored(string @event, string? roomId, string reason);
}
