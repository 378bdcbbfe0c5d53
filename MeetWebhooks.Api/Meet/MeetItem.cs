using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeetWebhooks.Api.Meet;

/// <summary>
/// JSON as Meet sent it, above all a room or a recording. What is written again is byte for byte what came, so fields
/// that this project doesn't know survive, and so does the text of numbers such as <c>1795442584227.7742</c>. It has no
/// text of its own: a room's links carry secrets and must not reach a log.
/// </summary>
[JsonConverter(typeof(MeetItemConverter))]
internal readonly struct MeetItem(JsonElement json)
{
    private readonly JsonElement _json = json;

    /// <summary>The JSON's bytes as they came.</summary>
    public ReadOnlySpan<byte> Bytes => JsonMarshal.GetRawUtf8Value(_json);

    /// <summary>Whether another item has the same bytes.</summary>
    public bool IsSame(MeetItem other) => Bytes.SequenceEqual(other.Bytes);

    /// <summary>A field's text, or null where there is none.</summary>
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
    public double? Number(string field) => Field(field, JsonValueKind.Number)?.GetDouble();

    /// <summary>An object inside, or null where there is none.</summary>
    public MeetItem? Item(string field) => Field(field, JsonValueKind.Object) is { } value ? new MeetItem(value) : null;

    /// <summary>The elements of an array inside, or null where there is none.</summary>
    public IEnumerable<MeetItem>? Items(string field) =>
        Field(field, JsonValueKind.Array)?.EnumerateArray().Select(element => new MeetItem(element));

    private JsonElement? Field(string name, JsonValueKind kind) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : null;
}

/// <summary>Reads and writes <see cref="MeetItem"/> without changing a byte.</summary>
internal sealed class MeetItemConverter : JsonConverter<MeetItem>
{
    /// <inheritdoc/>
    public override MeetItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonElement.ParseValue(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MeetItem value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Bytes, skipInputValidation: true);
}
