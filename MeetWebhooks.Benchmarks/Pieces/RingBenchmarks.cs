using System.Buffers;
using BenchmarkDotNet.Attributes;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Events;
using MeetWebhooks.Web.Streams;

namespace MeetWebhooks.Benchmarks.Pieces;

/// <summary>From an event to the bytes in a browser's buffer.</summary>
[Config(typeof(PiecesConfig))]
public class RingBenchmarks
{
    private const int Burst = 300;

    private readonly LoggedEvent _event;
    private readonly FrameRing _ring;
    private readonly ArrayBufferWriter<byte> _output = new(1024 * 1024);
    private readonly LogPosition _last;
    private readonly LogPosition _first;

    /// <summary>Fills a ring.</summary>
    public RingBenchmarks()
    {
        var start = new LogPosition("0123456789ab", 0);
        var payload = EventTemplate.Create(700);
        _event = new LoggedEvent(start with { Number = 1 }, start, DateTimeOffset.UtcNow, null, payload);
        _ring = new FrameRing(start, 10_000, long.MaxValue);
        _first = start;
        for (var number = 1; number <= Burst; number++)
        {
            _last = start with { Number = number - 1 };
            _ring.Add(start with { Number = number }, EventFrame.Encode(_event));
        }
    }

    /// <summary>An event of 700 bytes as a frame: once per event and replica.</summary>
    [Benchmark]
    public byte[] EncodeFrame() => EventFrame.Encode(_event);

    /// <summary>One event to one browser's buffer.</summary>
    [Benchmark]
    public int ReadOne()
    {
        var cursor = _last;
        return Read(ref cursor);
    }

    /// <summary>A burst to one browser's buffer, per event.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public int ReadBurst()
    {
        var cursor = _first;
        var bytes = 0;
        while (cursor.Number < Burst)
            bytes += Read(ref cursor);
        return bytes;
    }

    private int Read(ref LogPosition cursor)
    {
        _output.ResetWrittenCount();
        _ring.TryRead(ref cursor, _output, out var bytes);
        return bytes;
    }
}
