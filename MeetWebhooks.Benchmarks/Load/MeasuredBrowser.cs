using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>
/// One browser's stream, read as cheaply as can be: the chunks are put together, and of the events only the marks are
/// looked for.
/// </summary>
internal sealed class MeasuredBrowser(Socket socket, Latencies latencies)
{
    /// <summary>How much of what has arrived is kept at most, as it may be the beginning of a mark.</summary>
    public const int TailLength = 64;

    private readonly byte[] _tail = new byte[TailLength];
    private int _tailLength;
    private StringBuilder? _head = new();
    private Part _part = Part.Size;
    private long _left;

    private enum Part
    {
        Size,
        Data,
        End,
    }

    /// <summary>The connection.</summary>
    public Socket Socket { get; } = socket;

    /// <summary>Whether the server has answered 200.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Set to have the browser go when it next gets something.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>How many events came.</summary>
    public long Events { get; private set; }

    /// <summary>The sum of their numbers, which tells with <see cref="Events"/> whether each came once.</summary>
    public long Sum { get; private set; }

    /// <summary>How many events did not have the number after that of the event before.</summary>
    public int Skips { get; private set; }

    /// <summary>The number of the last event; -1 before the first.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>The id of the last event.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>Takes in what has arrived.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="joined">Room to put them together in, <see cref="TailLength"/> longer than they.</param>
    /// <param name="readsIds">Whether to keep the events' ids.</param>
    public void Take(ReadOnlySpan<byte> bytes, Span<byte> joined, bool readsIds)
    {
        if (_head is not null && !TakeHead(ref bytes))
            return;

        _tail.AsSpan(0, _tailLength).CopyTo(joined);
        var length = _tailLength;
        while (bytes.Length > 0)
        {
            if (_part == Part.Data)
            {
                var data = bytes[..(int)Math.Min(_left, bytes.Length)];
                data.CopyTo(joined[length..]);
                length += data.Length;
                bytes = bytes[data.Length..];
                _left -= data.Length;
                if (_left == 0)
                    _part = Part.End;
            }
            else
            {
                TakeBetween(bytes[0]);
                bytes = bytes[1..];
            }
        }

        Scan(joined[..length], readsIds);
    }

    private bool TakeHead(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        var part = end < 0 ? bytes : bytes[..(end + 4)];
        _head!.Append(Encoding.ASCII.GetString(part));
        bytes = bytes[part.Length..];
        if (end < 0)
            return false;

        var head = _head.ToString();
        _head = null;
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new InvalidOperationException($"The stream was answered with {head.Split('\r')[0]}.");
        if (!head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            (_part, _left) = (Part.Data, long.MaxValue);
        IsOpen = true;
        return true;
    }

    private void TakeBetween(byte value)
    {
        if (value == '\n')
            _part = _part == Part.Size ? Part.Data : Part.Size;
        else if (_part == Part.Size && Utf8Parser.TryParse([value], out int digit, out _, 'x'))
            _left = _left * 16 + digit;
    }

    private void Scan(ReadOnlySpan<byte> data, bool readsIds)
    {
        if (readsIds && data.LastIndexOf("id: "u8) is var id and >= 0 && data[id..].IndexOf((byte)'\n') is var end and > 0)
            LastEventId = Encoding.ASCII.GetString(data[(id + 4)..(id + end)]);

        var now = Stopwatch.GetTimestamp();
        while (true)
        {
            var start = data.IndexOf(EventMark.Prefix);
            if (start < 0)
            {
                data = data[^Math.Min(data.Length, EventMark.Prefix.Length - 1)..];
                break;
            }

            if (data.Length - start < EventMark.Prefix.Length + EventMark.Length)
            {
                data = data[start..];
                break;
            }

            Count(EventMark.Read(data[(start + EventMark.Prefix.Length)..]), now);
            data = data[(start + EventMark.Prefix.Length + EventMark.Length)..];
        }

        data.CopyTo(_tail);
        _tailLength = data.Length;
    }

    private void Count(EventMark mark, long now)
    {
        if (Last >= 0 && mark.Number != Last + 1)
            Skips++;
        Last = mark.Number;
        Sum += mark.Number;
        Events++;
        latencies.Add(now - mark.SentAt);
    }
}
