using CsCheck;

namespace MeetWebhooks.Tests;

/// <summary>
/// Random cases, found by CsCheck. A failure prints the seed of its smallest case; <c>CsCheck_Seed</c> in the
/// environment runs that one again, <c>CsCheck_Iter</c> sets how many cases there are.
/// </summary>
internal static class Fuzz
{
    /// <summary>Any bytes, also such as are no text.</summary>
    public static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 200];

    /// <summary>What a header's value can carry: any visible character of Latin-1.</summary>
    public static readonly Gen<string> HeaderValue =
        Gen.OneOf(Gen.Char['!', '~'], Gen.Char['\u00a1', '\u00ff']).Array[0, 80].Select(characters => new string(characters));

    /// <summary>Pieces that JSON is made of, put together in any order.</summary>
    public static readonly Gen<string> AlmostJson = Gen.OneOf(
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "true", "-0", "1e999", "\0", "\r", "\n", "\r\n",
        "\u2028", "\ufeff", " ", "\"event\"", "\"creationDate\"", "\"data\"", "\"x\"", "{}", "//", "/**/", "🚀",
        "data: x", "\n\nevent: reset\n", "id: 1\n", "\"event\":\"x\",", "\"creationDate\":1,", "\"data\":{}")
        .Array[0, 25].Select(string.Concat);

    /// <summary>The bytes with one to four changes: a bit turned, or a piece cut out, doubled, overwritten or put in.</summary>
    public static Gen<byte[]> Mutation(byte[] original) =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, int.MaxValue], Gen.Int[1, 40], Gen.Byte[1, 255]).Array[1, 4]
            .Select(changes => changes.Aggregate(original, (bytes, change) =>
            {
                var (kind, where, length, value) = change;
                if (bytes.Length == 0)
                    return [value];
                var at = where % bytes.Length;
                var end = Math.Min(at + length, bytes.Length);
                return kind switch
                {
                    0 => [.. bytes[..at], (byte)(bytes[at] ^ value), .. bytes[(at + 1)..]],
                    1 => [.. bytes[..at], .. bytes[end..]],
                    2 => [.. bytes[..end], .. bytes[at..]],
                    3 => bytes[..at],
                    _ => [.. bytes[..at], value, .. bytes[at..]],
                };
            }));
}
