using System.Text;
using BenchmarkDotNet.Attributes;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Pieces;

/// <summary>The check of a webhook's signature.</summary>
[Config(typeof(PiecesConfig))]
public class SignatureBenchmarks
{
    private static readonly WebhookOptions Options = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly Delivery _delivery = Delivery.Sign(EventTemplate.Create(700));
    private readonly byte[][] _keys = [Encoding.UTF8.GetBytes(Delivery.ApiKey)];

    /// <summary>Timestamp and signature of a webhook of 700 bytes.</summary>
    [Benchmark]
    public bool Check() =>
        WebhookSignature.CheckTimestamp(_delivery.Timestamp, _now, Options) == WebhookVerdict.Valid
        && WebhookSignature.Check(
            _delivery.Timestamp!, _delivery.Signature, _delivery.Body, _keys) == WebhookVerdict.Valid;
}
