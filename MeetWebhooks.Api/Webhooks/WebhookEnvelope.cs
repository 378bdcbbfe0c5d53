using System.Text.Json;
using System.Text.Unicode;
using MeetWebhooks.ServiceDefaults;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>
/// What is known of a webhook's JSON: enough to tell that it is an event, and to find it in logs and traces.
/// </summary>
/// <param name="Event">
/// The event's name, for example <c>meetingStarted</c>, as <see cref="PrintableText"/>; unknown ones are welcome.
/// </param>
/// <param name="RoomId">
/// The room that it is about, as <see cref="PrintableText"/>, or null where it is about none.
/// </param>
internal sealed record WebhookEnvelope(string Event, string? RoomId)
{
    /// <summary>Reads a body without changing or keeping it.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <returns>
    /// Null unless the body is one JSON object in UTF-8 with a string <c>event</c>, a number <c>creationDate</c> and an
    /// object <c>data</c>.
    /// </returns>
    public static WebhookEnvelope? TryRead(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            return null;

        try
        {
            var json = new Utf8JsonReader(body);
            string? name = null, roomId = null;
            bool hasDate = false, hasData = false;

            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("event"u8))
                {
                    json.Read();
                    name = json.TokenType == JsonTokenType.String ? json.GetString() : null;
                }
                else if (json.ValueTextEquals("creationDate"u8))
                {
                    json.Read();
                    hasDate = json.TokenType == JsonTokenType.Number;
                }
                else if (json.ValueTextEquals("data"u8))
                {
                    json.Read();
                    hasData = json.TokenType == JsonTokenType.StartObject;
                    roomId = hasData ? ReadRoomId(json) : null;
                }

                json.Skip();
            }

            // One more read finds whatever trails the object, and throws.
            var isWhole = json.TokenType == JsonTokenType.EndObject && !json.Read();
            return isWhole && !string.IsNullOrEmpty(name) && hasDate && hasData
                ? new WebhookEnvelope(PrintableText.Of(name), PrintableText.Of(roomId))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string whose escapes make no text, such as a lone surrogate.
            return null;
        }
    }

    private static string? ReadRoomId(Utf8JsonReader data)
    {
        while (data.Read() && data.TokenType == JsonTokenType.PropertyName)
        {
            var isRoomId = data.ValueTextEquals("roomId"u8);
            data.Read();
            if (isRoomId)
                return data.TokenType == JsonTokenType.String ? data.GetString() : null;
            data.Skip();
        }

        return null;
    }
}
