using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeetWebhooks.Mirror;

/// <summary>
/// JSON as OpenVidu Meet sent it, above all a room or a recording. What is written again is byte for byte what came, so
/// fields that this project doesn't know survive, and so does the text of numbers such as <c>1795442584227.7742</c>. It has
/// no text of its own: a room's links carry secrets and must not reach a log.
/// </summary>
/// <param name="json">The JSON, of any kind.</param>
[JsonConverter(typeof(MeetItemConverter))]
public readonly struct MeetItem(JsonElement json)
{
    private readonly JsonElement _json = json;

    /// <summary>The JSON's bytes as they came.</summary>
    public ReadOnlySpan<byte> Bytes => JsonMarshal.GetRawUtf8Value(_json);

    /// <summary>The JSON itself.</summary>
    internal JsonElement Json => _json;

    /// <summary>
    /// Whether two items say the same, whatever the order of their fields and the format of their numbers.
    /// </summary>
    /// <param name="other">The other item.</param>
    public bool IsSame(MeetItem other)
    {
        try
        {
            return JsonElement.DeepEquals(_json, other._json);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Text that is none, such as half of a surrogate pair, or a number such as 1e99999999999.
            return Bytes.SequenceEqual(other.Bytes);
        }
    }

    /// <summary>A field's text, or null where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public string? Text(string field)
    {
        try
        {
            return Field(field, JsonValueKind.String) is { } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are not UTF-8: legal JSON to Meet, but no text.
            return null;
        }
    }

    /// <summary>A field's number, or null where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public double? Number(string field) =>
        Field(field, JsonValueKind.Number)?.GetDouble() is { } number && double.IsFinite(number) ? number : null;

    /// <summary>A field's truth value, or null where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public bool? Flag(string field) =>
        Field(field, JsonValueKind.True) is not null ? true : Field(field, JsonValueKind.False) is not null ? false : null;

    /// <summary>A field's text, number or truth value as it came; empty where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public ReadOnlySpan<byte> Scalar(string field) =>
        Field(field, JsonValueKind.String) is { } text ? JsonMarshal.GetRawUtf8Value(text)
        : Field(field, JsonValueKind.Number) is { } number ? JsonMarshal.GetRawUtf8Value(number)
        : Field(field, JsonValueKind.True) is not null ? "true"u8
        : Field(field, JsonValueKind.False) is not null ? "false"u8
        : default;

    /// <summary>An object inside, or null where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public MeetItem? Item(string field) => Field(field, JsonValueKind.Object) is { } value ? new MeetItem(value) : null;

    /// <summary>The elements of an array inside, or null where there is none.</summary>
    /// <param name="field">The field's name.</param>
    public IEnumerable<MeetItem>? Items(string field) =>
        Field(field, JsonValueKind.Array)?.EnumerateArray().Select(element => new MeetItem(element));

    private JsonElement? Field(string name, JsonValueKind kind)
    {
        try
        {
            return _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) && value.ValueKind == kind
                ? value
                : null;
        }
        catch (InvalidOperationException)
        {
            // Another field's name is no text.
            return null;
        }
    }
}

/// <summary>Reads and writes <see cref="MeetItem"/> without changing a byte.</summary>
public sealed class MeetItemConverter : JsonConverter<MeetItem>
{
    /// <inheritdoc/>
    public override MeetItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonElement.ParseValue(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MeetItem value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Bytes, skipInputValidation: true);
}
