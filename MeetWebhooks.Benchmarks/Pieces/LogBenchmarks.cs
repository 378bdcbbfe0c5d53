using System.Globalization;
using BenchmarkDotNet.Attributes;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Events;
using MeetWebhooks.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Benchmarks.Pieces;

/// <summary>Appends to the log in a redis-server that is started for it.</summary>
[Config(typeof(PiecesConfig))]
public class LogBenchmarks
{
    private const int AtOnce = 32;

    private readonly byte[] _payload = EventTemplate.Create(700);
    private RedisServer? _server;
    private ConnectionMultiplexer? _redis;
    private WebhookLog? _log;
    private long _delivery;

    /// <summary>Starts redis-server.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        _server = await RedisServer.StartAsync(options: [], clientOptions: "", CancellationToken.None);
        _redis = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        _log = new WebhookLog(
            new LogConnection(() => _redis, TimeProvider.System, NullLogger<LogConnection>.Instance),
            Options.Create(new WebhookLogOptions()),
            NullLogger<WebhookLog>.Instance);
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _redis!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    /// <summary>One event after the other.</summary>
    [Benchmark]
    public Task AppendAsync() => _log!.AppendAsync(_payload, NextDelivery(), TimeSpan.FromMinutes(4));

    /// <summary>Many events at once, per event.</summary>
    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task AppendManyAsync() => Task.WhenAll(
        Enumerable.Range(0, AtOnce).Select(_ => _log!.AppendAsync(_payload, NextDelivery(), TimeSpan.FromMinutes(4))));

    private string NextDelivery() => (_delivery++).ToString("x64", CultureInfo.InvariantCulture);
}
