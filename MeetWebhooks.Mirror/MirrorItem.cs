using System.Buffers;
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
        MeetJson.Copy(item.Json, output, PathOf, name => name.SequenceEqual("_extraFields"u8)
            || (isWithoutConfig && (name.SequenceEqual("config"u8) || name.SequenceEqual("roles"u8))));
        return new MeetItem(JsonElement.Parse(output.WrittenSpan));
    }

    /// <summary>Writes the item with links that lead somewhere.</summary>
    /// <param name="output">Where it is written.</param>
    /// <param name="linkOf">The link for a path and query.</param>
    public void WriteTo(IBufferWriter<byte> output, Func<string, string> linkOf) =>
        MeetJson.Copy(Item.Json, output, path => path.StartsWith('/') ? linkOf(path) : null);

    /// <summary>The path and query of a link, or null for whatever is no link with a host.</summary>
    private static string? PathOf(string link)
    {
        if (!link.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            && !link.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return null;
        var path = link.IndexOf('/', link.IndexOf("//", StringComparison.Ordinal) + 2);
        return path < 0 ? "/" : link[path..];
    }
}
