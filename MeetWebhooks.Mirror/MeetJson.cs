using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeetWebhooks.Mirror;

/// <summary>Copies OpenVidu Meet's JSON byte for byte, except for its links.</summary>
internal static class MeetJson
{
    /// <summary>Copies an object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="output">Where its copy is written.</param>
    /// <param name="replaceLink">What takes the place of a link (a text named <c>url</c> or <c>…Url</c>); null leaves it.</param>
    /// <param name="isLeftOut">Which of its properties are left out.</param>
    public static void Copy(
        JsonElement json,
        IBufferWriter<byte> output,
        Func<string, string?> replaceLink,
        Func<ReadOnlySpan<byte>, bool>? isLeftOut = null)
    {
        output.Write("{"u8);
        var isFirst = true;
        foreach (var property in json.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (isLeftOut?.Invoke(name) == true)
                continue;
            output.Write(isFirst ? "\""u8 : ",\""u8);
            output.Write(name);
            output.Write("\":"u8);
            isFirst = false;
            if (property.Value.ValueKind == JsonValueKind.Object)
                Copy(property.Value, output, replaceLink);
            else if (IsLink(name) && Replace(property.Value, replaceLink) is { } link)
                Write(link, output);
            else
                output.Write(JsonMarshal.GetRawUtf8Value(property.Value));
        }

        output.Write("}"u8);
    }

    private static bool IsLink(ReadOnlySpan<byte> name) => name.SequenceEqual("url"u8) || name.EndsWith("Url"u8);

    private static string? Replace(JsonElement value, Func<string, string?> replaceLink)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? replaceLink(value.GetString()!) : null;
        }
        catch (InvalidOperationException)
        {
            // Not a text: half of a surrogate pair.
            return null;
        }
    }

    private static void Write(string text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }
}
