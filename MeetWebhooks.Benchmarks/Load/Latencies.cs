using System.Diagnostics;
using System.Numerics;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>Counts times in buckets that are exact to 3 percent, so that millions of them cost no memory.</summary>
internal sealed class Latencies
{
    private const int BucketsPerPower = 32;
    private readonly long[] _buckets = new long[64 * BucketsPerPower];
    private long _count;

    /// <summary>Counts a time.</summary>
    /// <param name="ticks">In the ticks of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        var value = (ulong)Math.Max(ticks, 1);
        var power = BitOperations.Log2(value);
        var shift = Math.Max(power - 5, 0);
        _buckets[power * BucketsPerPower + (int)((value >> shift) & (BucketsPerPower - 1))]++;
        _count++;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_buckets);
        _count = 0;
    }

    /// <summary>The time within which a share of all lay, in milliseconds.</summary>
    /// <param name="share">For example 0.99.</param>
    public double Percentile(double share)
    {
        var rest = Math.Max((long)Math.Ceiling(share * _count) - 1, 0);
        var bucket = 0;
        while (bucket < _buckets.Length - 1 && (rest -= _buckets[bucket]) >= 0)
            bucket++;
        var (power, step) = Math.DivRem(bucket, BucketsPerPower);
        var value = power < 5 ? step : (double)(BucketsPerPower + step) * Math.Pow(2, power - 5);
        return value * 1000 / Stopwatch.Frequency;
    }
}
