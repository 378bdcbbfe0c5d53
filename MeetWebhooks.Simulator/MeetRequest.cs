using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace MeetWebhooks.Simulator;

/// <summary>How OpenVidu Meet reads requests and writes answers.</summary>
internal static class MeetRequest
{
    private const int LargestBody = 100 * 1024;
    private const int MostItems = 100;

    /// <summary>The body's JSON; a form's fields as such; any other body is an empty object.</summary>
    /// <exception cref="MeetError">The JSON is malformed.</exception>
    /// <exception cref="HtmlError">The body is too large, or in an unknown character set.</exception>
    public static async Task<JsonElement> ReadJsonAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            var fields = new JsonObject(form.Select(field =>
                KeyValuePair.Create(field.Key, (JsonNode?)field.Value.ToString())));
            return JsonElement.Parse(fields.ToJsonString());
        }

        if (!request.HasJsonContentType())
            return JsonElement.Parse("{}");
        if (request.GetTypedHeaders().ContentType?.Charset is { HasValue: true } charset
            && !charset.ToString().Trim('"').StartsWith("utf-", StringComparison.OrdinalIgnoreCase))
            throw new HtmlError(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is var read and > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody)
                throw new HtmlError(StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
        }

        try
        {
            var json = body.Length == 0 ? JsonElement.Parse("{}") : JsonElement.Parse(body.ToArray());
            return json.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? json : throw Malformed();
        }
        catch (JsonException)
        {
            throw Malformed();
        }

        static MeetError Malformed() => new(StatusCodes.Status400BadRequest, "Bad Request", "Malformed body");
    }

    /// <summary>One page of a list that is ordered by its items' ids.</summary>
    /// <exception cref="MeetError">The page's size or token is wrong.</exception>
    public static IResult Page<T>(
        HttpRequest request, string name, IEnumerable<T> items, Func<T, string> idOf, JsonTypeInfo<T> json)
    {
        var size = ReadPageSize(request);
        var after = ReadToken(request.Query["nextPageToken"].ToString());
        var rest = items.Where(item => after is null || string.CompareOrdinal(idOf(item), after) > 0).ToList();
        var page = rest.Take(size).ToList();
        var isTruncated = size > 0 && rest.Count > page.Count;

        var pagination = new JsonObject { ["isTruncated"] = isTruncated };
        if (isTruncated)
            pagination["nextPageToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(TokenMark + idOf(page[^1])));
        pagination["maxItems"] = size;
        return Json(new JsonObject
        {
            [name] = new JsonArray([.. page.Select(item => Project(request, JsonSerializer.SerializeToNode(item, json)!))]),
            ["pagination"] = pagination,
        });
    }

    /// <summary>An answer with only the fields that <c>fields</c> names, or all.</summary>
    public static JsonNode Project(HttpRequest request, JsonNode item)
    {
        if (request.Query["fields"].ToString() is not { Length: > 0 } fields)
            return item;
        var wanted = fields.Split(',', StringSplitOptions.TrimEntries);
        foreach (var (name, _) in item.AsObject().ToList())
        {
            if (!wanted.Contains(name))
                item.AsObject().Remove(name);
        }

        return item;
    }

    /// <summary>One of some words in the query; the last of them where there is none.</summary>
    /// <exception cref="MeetError">It is another word.</exception>
    public static string Policy(HttpRequest request, string name, string[] words)
    {
        var word = request.Query[name].ToString();
        if (word.Length == 0)
            return words[^1];
        return words.Contains(word) ? word : throw MeetError.Invalid(name, JsonCheck.NotOneOf(words, word));
    }

    public static IResult Json(JsonNode node, int status = StatusCodes.Status200OK) =>
        Results.Text(node.ToJsonString(SimulatorJson.Meet.Options), "application/json; charset=utf-8", Encoding.UTF8, status);

    public static IResult Json<T>(T value, JsonTypeInfo<T> json, int status = StatusCodes.Status200OK) =>
        Results.Text(JsonSerializer.SerializeToUtf8Bytes(value, json), "application/json; charset=utf-8", status);

    public static IResult Say(string message, int status = StatusCodes.Status200OK) =>
        Json(new Message(message), SimulatorJson.Meet.Message, status);

    private const string TokenMark = "after:";

    private static string? ReadToken(string token)
    {
        if (token.Length == 0)
            return null;
        var buffer = new byte[token.Length];
        if (Convert.TryFromBase64String(token, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length) is var text
            && text.StartsWith(TokenMark, StringComparison.Ordinal))
            return text[TokenMark.Length..];
        throw new MeetError(
            StatusCodes.Status500InternalServerError, "Internal Server Error",
            "Unexpected error while listing objects from S3");
    }

    private static int ReadPageSize(HttpRequest request)
    {
        var values = request.Query["maxItems"];
        if (values.Count == 0)
            return 10;
        var text = values.Count == 1 ? values[0]!.Trim() : "several";
        var isNumber = double.TryParse(
            text.Length == 0 ? "0" : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || double.IsNaN(number))
            throw MeetError.Invalid("maxItems", "Expected number, received nan");
        if (number <= 0)
            throw MeetError.Invalid("maxItems", "maxItems must be a positive number");
        return (int)Math.Min(number, MostItems);
    }
}
