using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MeetWebhooks.Api.Webhooks;

/// <summary>What the check of a webhook's signature found.</summary>
public enum WebhookVerdict
{
    /// <summary>Signed with one of the keys, and sent within <see cref="WebhookOptions.MaxAge"/> of now.</summary>
    Valid,

    /// <summary>The timestamp is missing, sent twice, or not a plain decimal number.</summary>
    NoTimestamp,

    /// <summary>The signature is missing, sent twice, or not 64 hexadecimal digits.</summary>
    NoSignature,

    /// <summary>The timestamp is in seconds since 1970, where milliseconds are expected.</summary>
    TimestampInSeconds,

    /// <summary>Sent <see cref="WebhookOptions.MaxAge"/> ago, or longer: a replay, or a clock that is wrong.</summary>
    TooOld,

    /// <summary>Sent <see cref="WebhookOptions.MaxAge"/> in the future, or further: a clock is wrong.</summary>
    FromTheFuture,

    /// <summary>Signed with another key, or changed on the way.</summary>
    WrongSignature,
}

/// <summary>
/// The signature of an OpenVidu Meet webhook: header <c>X-Timestamp</c> (milliseconds since 1970) and header
/// <c>X-Signature</c>, the HMAC-SHA256 in hex, keyed with the API key, of the timestamp, a full stop, and the body's
/// bytes as they were sent (<see href="https://openvidu.io/latest/meet/embedded/reference/webhooks/"/>).
/// </summary>
public static class WebhookSignature
{
    /// <summary>The name of the header that carries the timestamp.</summary>
    public const string TimestampHeader = "X-Timestamp";

    /// <summary>The name of the header that carries the signature.</summary>
    public const string SignatureHeader = "X-Signature";

    // 15 digits reach to the year 33658 and never overflow.
    private const int MaxTimestampLength = 15;

    // 10 digits: as seconds 2001 to 2286, as milliseconds early in 1970.
    private const long FirstSeconds = 1_000_000_000;
    private const long LastSeconds = 9_999_999_999;
    private const int MaxBytesOnStack = 2048;

    /// <summary>Checks the timestamp alone, which needs no body.</summary>
    /// <param name="timestamp">The header's value, or null where it is missing or was sent twice.</param>
    /// <param name="now">The current time.</param>
    /// <param name="options">How far from now a timestamp may be.</param>
    /// <returns>
    /// <see cref="WebhookVerdict.Valid"/>, <see cref="WebhookVerdict.NoTimestamp"/>,
    /// <see cref="WebhookVerdict.TimestampInSeconds"/>, <see cref="WebhookVerdict.TooOld"/> or
    /// <see cref="WebhookVerdict.FromTheFuture"/>.
    /// </returns>
    public static WebhookVerdict CheckTimestamp(string? timestamp, DateTimeOffset now, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (timestamp is null or { Length: 0 or > MaxTimestampLength }
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sentAt))
            return WebhookVerdict.NoTimestamp;

        if (sentAt is >= FirstSeconds and <= LastSeconds)
            return WebhookVerdict.TimestampInSeconds;

        var age = now.ToUnixTimeMilliseconds() - sentAt;
        if (age >= options.MaxAge.TotalMilliseconds)
            return WebhookVerdict.TooOld;
        return -age >= options.MaxAge.TotalMilliseconds ? WebhookVerdict.FromTheFuture : WebhookVerdict.Valid;
    }

    /// <summary>Checks the signature, in a time that does not tell how much of it was right.</summary>
    /// <param name="timestamp">The value of the timestamp's header.</param>
    /// <param name="signature">
    /// The value of the signature's header, in hex of either case, or null where it is missing or was sent twice.
    /// </param>
    /// <param name="body">The body's bytes as they were received.</param>
    /// <param name="keys">The API keys, in UTF-8, any of which may have signed.</param>
    /// <returns>
    /// <see cref="WebhookVerdict.Valid"/>, <see cref="WebhookVerdict.NoSignature"/> or
    /// <see cref="WebhookVerdict.WrongSignature"/>.
    /// </returns>
    public static WebhookVerdict Check(
        string timestamp, string? signature, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> keys)
    {
        ArgumentNullException.ThrowIfNull(timestamp);
        ArgumentNullException.ThrowIfNull(keys);

        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (signature?.Length != 2 * HMACSHA256.HashSizeInBytes
            || Convert.FromHexString(signature, claimed, out _, out _) != OperationStatus.Done)
            return WebhookVerdict.NoSignature;

        var length = timestamp.Length + 1 + body.Length;
        var rented = length > MaxBytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var signed = rented is null ? stackalloc byte[MaxBytesOnStack] : rented;
        try
        {
            Encoding.ASCII.GetBytes(timestamp, signed);
            signed[timestamp.Length] = (byte)'.';
            body.CopyTo(signed[(timestamp.Length + 1)..]);

            var verdict = WebhookVerdict.WrongSignature;
            Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
            foreach (var key in keys)
            {
                HMACSHA256.HashData(key, signed[..length], expected);
                if (CryptographicOperations.FixedTimeEquals(expected, claimed))
                    verdict = WebhookVerdict.Valid;
            }

            return verdict;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
