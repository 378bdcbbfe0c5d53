using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A webhook as OpenVidu Meet sends it.</summary>
/// <param name="Timestamp">The header <c>X-Timestamp</c>, in milliseconds since 1970.</param>
/// <param name="Signature">The header <c>X-Signature</c>.</param>
/// <param name="Body">The body's bytes.</param>
public sealed record Delivery(string? Timestamp, string? Signature, byte[] Body)
{
    /// <summary>The API key that signs webhooks where no other is given.</summary>
    public const string ApiKey = "meet-api-key";

    /// <summary>How many bytes a signature has as text.</summary>
    public const int SignatureLength = 2 * HMACSHA256.HashSizeInBytes;

    /// <summary>The API key that signed this webhook.</summary>
    public string Key { get; init; } = ApiKey;

    /// <summary>When it was sent, by its timestamp.</summary>
    public DateTimeOffset SentAt =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Timestamp!, CultureInfo.InvariantCulture));

    /// <summary>The body as text.</summary>
    public string Json => Encoding.UTF8.GetString(Body);

    /// <summary>Signs a new webhook.</summary>
    /// <param name="json">The body.</param>
    /// <param name="at">When it is sent; now by default.</param>
    /// <param name="key">The API key.</param>
    public static Delivery Sign(string json, DateTimeOffset? at = null, string key = ApiKey) =>
        Sign(Encoding.UTF8.GetBytes(json), at, key);

    /// <inheritdoc cref="Sign(string, DateTimeOffset?, string)"/>
    public static Delivery Sign(byte[] body, DateTimeOffset? at = null, string key = ApiKey)
    {
        var timestamp = (at ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        byte[] message = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        Span<byte> signature = stackalloc byte[SignatureLength];
        WriteSignature(message, Encoding.UTF8.GetBytes(key), signature);
        return new Delivery(timestamp, Encoding.ASCII.GetString(signature), body) { Key = key };
    }

    /// <summary>Computes a signature, without an allocation.</summary>
    /// <param name="message">The timestamp, a full stop, and the body.</param>
    /// <param name="key">The API key.</param>
    /// <param name="signature">Receives the <see cref="SignatureLength"/> hexadecimal digits.</param>
    public static void WriteSignature(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, hash);
        Convert.TryToHexStringLower(hash, signature, out _);
    }

    /// <summary>Signs a new webhook with an event.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="data">Its data, as JSON.</param>
    /// <param name="key">The API key.</param>
    public static Delivery Event(string name, string data = "{}", string key = ApiKey)
    {
        var now = DateTimeOffset.UtcNow;
        var json = $$"""{"event":"{{name}}","creationDate":{{now.ToUnixTimeMilliseconds()}},"data":{{data}}}""";
        return Sign(json, now, key);
    }

    /// <summary>Posts the webhook.</summary>
    /// <param name="client">A client of a front door or an Api.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <param name="path">Where to.</param>
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
}
