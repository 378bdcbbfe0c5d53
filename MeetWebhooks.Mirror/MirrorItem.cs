using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeetWebhooks.Mirror;

/// <summary>A room or a recording as a mirror has it.</summary>
/// <param name="Item">
/// Its JSON, in the form that events and lists share: links without their host, and without the fields that lists leave out.
/// </param>
/// <param name="Date">
/// The <c>creationDate</c> of the last webhook that applied to it, in milliseconds since 1970 by OpenVidu Meet's clock; null
/// where there was none.
/// </param>
public sealed record MirrorItem(MeetItem Item, double? Date)
{
    /// <summary>
    /// An item in the form in which mirrors keep it. A link's host is that of whoever asked OpenVidu Meet last, so only its
    /// path and query are kept. <c>config</c> and <c>roles</c> are in webhooks but not in lists of OpenVidu Meet 3.8.0 and
    /// later, which have <c>access</c>; they are left out there. <c>_extraFields</c> is no part of an item.
    /// </summary>
    /// <param name="item">The item as OpenVidu Meet sent it.</param>
    public static MeetItem Normalize(MeetItem item)
    {
        if (item.Json.ValueKind != JsonValueKind.Object)
            return item;
        var output = new ArrayBufferWriter<byte>(item.Bytes.Length);
        var isWithoutConfig = item.Item("access") is not null;
        Copy(item.Json, output, property => property.NameEquals("_extraFields"u8)
            || (isWithoutConfig && (property.NameEquals("config"u8) || property.NameEquals("roles"u8))));
        return new MeetItem(JsonElement.Parse(output.WrittenSpan));
    }

    private static void Copy(JsonElement json, ArrayBufferWriter<byte> output, Predicate<JsonProperty>? isLeftOut = null)
    {
        output.Write("{"u8);
        var isFirst = true;
        foreach (var property in json.EnumerateObject())
        {
            if (isLeftOut?.Invoke(property) == true)
                continue;
            output.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            output.Write(name);
            output.Write("\":"u8);
            if (property.Value.ValueKind == JsonValueKind.Object)
                Copy(property.Value, output);
            else if (PathOf(name, property.Value) is { } path)
                output.Write(path.EncodedUtf8Bytes.IsEmpty ? "\"\""u8 : [(byte)'"', .. path.EncodedUtf8Bytes, (byte)'"']);
            else
                output.Write(JsonMarshal.GetRawUtf8Value(property.Value));
        }

        output.Write("}"u8);
    }

    /// <summary>The path and query of a link, or null for whatever is no link with a host.</summary>
    private static JsonEncodedText? PathOf(ReadOnlySpan<byte> name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || !(name.SequenceEqual("url"u8) || name.EndsWith("Url"u8)))
            return null;
        try
        {
            var text = value.GetString()!;
            if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                && !text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                return null;
            var path = text.IndexOf('/', text.IndexOf("//", StringComparison.Ordinal) + 2);
            return JsonEncodedText.Encode(path < 0 ? "/" : text[path..], JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
