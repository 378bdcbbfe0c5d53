using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Benchmarks.Load;

namespace MeetWebhooks.Benchmarks.Pieces;

/// <summary>The check of a webhook's signature.</summary>
[Config(typeof(PiecesConfig))]
public class SignatureBenchmarks
{
    private static readonly WebhookOptions Options = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly byte[] _body = EventTemplate.Create(700);
    private readonly byte[][] _keys = ["meet-api-key"u8.ToArray()];
    private readonly string _timestamp;
    private readonly string _signature;

    /// <summary>Signs a webhook.</summary>
    public SignatureBenchmarks()
    {
        _timestamp = _now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        _signature = Convert.ToHexStringLower(
            HMACSHA256.HashData(_keys[0], (byte[])[.. Encoding.ASCII.GetBytes(_timestamp + "."), .. _body]));
    }

    /// <summary>Timestamp and signature of a webhook of 700 bytes.</summary>
    [Benchmark]
    public bool Check() =>
        WebhookSignature.CheckTimestamp(_timestamp, _now, Options) == WebhookVerdict.Valid
        && WebhookSignature.Check(_timestamp, _signature, _body, _keys) == WebhookVerdict.Valid;
}
