using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MeetWebhooks.Api.Webhooks;

/// <summary><c>POST /webhook</c>: where OpenVidu Meet delivers its events.</summary>
internal sealed partial class WebhookEndpoint(
    WebhookLog log,
    IOptions<WebhookOptions> options,
    IOptions<MeetOptions> meet,
    WebhookMetrics metrics,
    RefusedDeliveries refused,
    TimeProvider time,
    ILogger<WebhookEndpoint> logger)
{
    private readonly WebhookOptions _options = options.Value;

    private readonly byte[][] _keys = [.. meet.Value.ApiKeys().Select(Encoding.UTF8.GetBytes)];

    // A timestamp is accepted from MaxAge before it until MaxAge after it, so repeats are recognised for as long. A
    // minute more, as the clocks of two Apis never agree.
    private readonly TimeSpan _rememberedFor = (2 * options.Value.MaxAge) + TimeSpan.FromMinutes(1);

    /// <summary>Validates a delivery and appends it to the log.</summary>
    /// <returns>
    /// 200 accepted or repeated; 401 unsigned, wrongly signed, or too far from now; 413 too large; 400 signed, but no
    /// JSON event; 503 not stored. OpenVidu Meet delivers again after anything but 2xx.
    /// </returns>
    public async Task<Results<Ok, ProblemHttpResult>> DeliverAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > _options.MaxBodySize)
            return RefuseTooLarge();

        var timestamp = Single(request.Headers[WebhookSignature.TimestampHeader]);
        var now = time.GetUtcNow();
        var verdict = WebhookSignature.CheckTimestamp(timestamp, now, _options);
        if (verdict != WebhookVerdict.Valid)
            return Refuse(verdict, timestamp, now);

        if (await ReadBodyAsync(request, context.RequestAborted) is not { } body)
            return RefuseTooLarge();

        var signature = Single(request.Headers[WebhookSignature.SignatureHeader]);
        verdict = WebhookSignature.Check(timestamp!, signature, body, _keys);
        if (verdict != WebhookVerdict.Valid)
            return Refuse(verdict, timestamp, now);

        if (WebhookEnvelope.TryRead(body) is not { } envelope)
        {
            return Refuse(
                WebhookOutcome.NotAnEvent,
                StatusCodes.Status400BadRequest,
                "The webhook must be one JSON object with event (text), creationDate (number) and data (object).");
        }

        Activity.Current?.SetTag("meetwebhooks.event", envelope.Event);
        Activity.Current?.SetTag("meetwebhooks.room.id", envelope.RoomId);
        try
        {
            // Not bound to the request: a delivery that was valid is stored also where Meet hangs up, which then
            // repeats it, and the repeat is recognised.
            var appended = await log.AppendAsync(
                body, signature!.ToLowerInvariant(), _rememberedFor, CancellationToken.None);
            Record(appended.IsRepeat ? WebhookOutcome.Repeated : WebhookOutcome.Accepted);
            refused.Clear();
            LogAccepted(envelope.Event, envelope.RoomId, appended.Id, appended.IsRepeat);
            return TypedResults.Ok();
        }
        catch (WebhookLogUnavailableException exception)
        {
            LogNotStored(envelope.Event, envelope.RoomId, exception.Reason);
            Record(WebhookOutcome.NotStored);
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

    private ProblemHttpResult Refuse(WebhookVerdict verdict, string? timestamp, DateTimeOffset now)
    {
        var (outcome, reason) = verdict switch
        {
            WebhookVerdict.NoTimestamp => (WebhookOutcome.NoTimestamp,
                $"The header {WebhookSignature.TimestampHeader} must be there once, as milliseconds since 1970."),
            WebhookVerdict.NoSignature => (WebhookOutcome.NoSignature,
                $"The header {WebhookSignature.SignatureHeader} must be there once, as 64 hexadecimal digits."),
            WebhookVerdict.TimestampInSeconds => (WebhookOutcome.TimestampInSeconds,
                $"The header {WebhookSignature.TimestampHeader} is in seconds; it must be in milliseconds since 1970."),
            WebhookVerdict.TooOld => (WebhookOutcome.TooOld,
                $"The webhook's timestamp is {Difference()} behind this machine's clock. If it was just sent, "
                + "synchronize the clocks of OpenVidu Meet's machine and this one."),
            WebhookVerdict.FromTheFuture => (WebhookOutcome.FromTheFuture,
                $"The webhook's timestamp is {Difference()} ahead of this machine's clock. Synchronize the clocks of "
                + "OpenVidu Meet's machine and this one."),
            _ => (WebhookOutcome.WrongSignature,
                "The webhook's signature does not match. Check that Meet:ApiKey is OpenVidu Meet's API key."),
        };
        return Refuse(outcome, StatusCodes.Status401Unauthorized, reason);

        string Difference()
        {
            var milliseconds = now.ToUnixTimeMilliseconds() - long.Parse(timestamp!, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(milliseconds) / 1000} s");
        }
    }

    private ProblemHttpResult RefuseTooLarge() => Refuse(
        WebhookOutcome.TooLarge,
        StatusCodes.Status413PayloadTooLarge,
        $"The webhook has more than {_options.MaxBodySize} bytes (Webhooks:MaxBodySize).");

    private ProblemHttpResult Refuse(WebhookOutcome outcome, int status, string reason)
    {
        Record(outcome);
        refused.Add(outcome, reason);
        return Problem.Answer(status, reason);
    }

    private void Record(WebhookOutcome outcome)
    {
        metrics.Received(outcome);
        Activity.Current?.SetTag("meetwebhooks.webhook.outcome", outcome.ToString());
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Stored webhook {Event} of room {RoomId} as {Id} (repeat: {IsRepeat}).")]
    private partial void LogAccepted(string @event, string? roomId, LogPosition id, bool isRepeat);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Could not store webhook {Event} of room {RoomId} ({Reason}). OpenVidu Meet will deliver it again.")]
    private partial void LogNotStored(string @event, string? roomId, string reason);
}
