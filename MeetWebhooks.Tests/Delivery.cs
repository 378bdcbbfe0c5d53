using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MeetWebhooks.Tests;

/// <summary>A webhook as OpenVidu Meet sends it: the bytes of a capture, or a new one that is signed as Meet signs.</summary>
public sealed record Delivery(string? Timestamp, string? Signature, byte[] Body)
{
    /// <summary>The API key that signed the captures.</summary>
    public const string ApiKey = "meet-api-key";

    /// <summary>The body as text.</summary>
    public string Json => Encoding.UTF8.GetString(Body);

    /// <summary>Reads a captured delivery by the start of its file's name, for example <c>01</c>.</summary>
    public static Delivery Captured(string number) => FromFile(CaptureFiles().Single(file =>
        Path.GetFileName(file).StartsWith(number + "-", StringComparison.Ordinal)));

    /// <summary>All captured deliveries, in the order in which they came.</summary>
    public static IEnumerable<Delivery> AllCaptured() => CaptureFiles().Select(FromFile);

    /// <summary>A new delivery, signed.</summary>
    public static Delivery Sign(string json, DateTimeOffset? at = null, string key = ApiKey) =>
        Sign(Encoding.UTF8.GetBytes(json), at, key);

    /// <summary>A new delivery, signed.</summary>
    public static Delivery Sign(byte[] body, DateTimeOffset? at = null, string key = ApiKey)
    {
        var timestamp = (at ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        return new Delivery(
            timestamp, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed)), body);
    }

    /// <summary>A new event, signed, that differs from every other.</summary>
    public static Delivery Event(string name, string data = "{}", string key = ApiKey) => Sign(
        $$"""{"event":"{{name}}","creationDate":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}},"data":{{data}}}""", key: key);

    /// <summary>Posts it.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        HttpClient client, CancellationToken cancellationToken, string path = "webhook")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Timestamp is not null)
            request.Headers.TryAddWithoutValidation("X-Timestamp", Timestamp);
        if (Signature is not null)
            request.Headers.TryAddWithoutValidation("X-Signature", Signature);
        return await client.SendAsync(request, cancellationToken);
    }

    private static IOrderedEnumerable<string> CaptureFiles() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Captures", "webhooks"))
            .Order(StringComparer.Ordinal);

    private static Delivery FromFile(string file)
    {
        using var capture = JsonDocument.Parse(File.ReadAllBytes(file));
        var headers = capture.RootElement.GetProperty("headers");
        return new Delivery(
            headers.GetProperty("X-Timestamp").GetString(),
            headers.GetProperty("X-Signature").GetString(),
            Encoding.UTF8.GetBytes(capture.RootElement.GetProperty("body").GetString()!));
    }
}
