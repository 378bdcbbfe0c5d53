using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>Delivers signed webhooks over connections that stay open, all on the calling thread.</summary>
internal sealed class Publisher : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _server;
    private readonly Epoll _epoll = new();
    private readonly Connection[] _connections;
    private readonly Stack<int> _idle = [];
    private readonly SignedRequest _request;
    private long _number;
    private int _refused;

    /// <param name="server">The front door or the Api.</param>
    /// <param name="apiKey">What the webhooks are signed with.</param>
    /// <param name="connections">How many webhooks can be under way at once.</param>
    /// <param name="size">The webhooks' size in bytes.</param>
    public Publisher(Uri server, string apiKey, int connections, int size)
    {
        _server = server;
        _request = new SignedRequest(server.Authority, apiKey, EventTemplate.Create(size));
        _connections = new Connection[connections];
        for (var i = 0; i < connections; i++)
        {
            Open(i);
            _idle.Push(i);
        }
    }

    /// <summary>The number of the next event.</summary>
    public long Next => _number;

    /// <summary>Times from sending a webhook to its answer.</summary>
    public Latencies Answers { get; } = new();

    /// <summary>Webhooks that were not answered 2xx.</summary>
    public int Refused => _refused;

    /// <summary>Delivers webhooks, and waits for all answers.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="rate">How many in a second, or null for as many as go.</param>
    /// <param name="limit">For how long at most.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="TimeoutException">The server does not answer.</exception>
    public int Publish(int count, double? rate = null, TimeSpan? limit = null)
    {
        var start = Stopwatch.GetTimestamp();
        var end = limit is { } time ? start + (long)(time.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
        var between = rate is { } perSecond ? Stopwatch.Frequency / perSecond : 0;
        var sent = 0;
        while (true)
        {
            var now = Stopwatch.GetTimestamp();
            var isOver = sent == count || now >= end;
            while (!isOver && start + sent * between <= now && _idle.TryPop(out var connection))
            {
                Send(_connections[connection]);
                isOver = ++sent == count;
            }

            var isAllAnswered = _idle.Count == _connections.Length;
            if (isOver && isAllAnswered)
                return sent;

            var isPaced = !isOver && _idle.Count > 0;
            var wait = isPaced ? Stopwatch.GetElapsedTime(now, (long)(start + sent * between)) : Patience;
            var answered = _epoll.Wait((int)Math.Ceiling(wait.TotalMilliseconds));
            if (answered.Length == 0 && !isPaced)
                throw new TimeoutException("The server does not answer webhooks.");
            foreach (var connection in answered)
                Receive(connection);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Socket.Dispose();
        _epoll.Dispose();
    }

    private void Open(int tag)
    {
        _connections[tag] = new Connection(_server);
        _epoll.Add(_connections[tag].Socket, tag);
    }

    private void Send(Connection connection)
    {
        connection.SentAt = Stopwatch.GetTimestamp();
        connection.Socket.Send(_request.Next(new EventMark(_number++, connection.SentAt)));
    }

    private void Receive(int tag)
    {
        var connection = _connections[tag];
        if (_idle.Contains(tag))
        {
            // Closed by the server, as it had nothing to do.
            connection.Socket.Dispose();
            Open(tag);
            return;
        }

        if (!connection.TryReceive(out var status))
            return;
        Answers.Add(Stopwatch.GetTimestamp() - connection.SentAt);
        if (status is < 200 or > 299)
            _refused++;
        _idle.Push(tag);
    }

    /// <summary>A request whose body, timestamp and signature are written over each time.</summary>
    private sealed class SignedRequest
    {
        private const int TimestampLength = 13;
        private readonly byte[] _key;
        private readonly byte[] _signed;
        private readonly byte[] _request;
        private readonly int _timestamp;
        private readonly int _signature;
        private readonly int _mark;

        public SignedRequest(string host, string apiKey, byte[] body)
        {
            _key = Encoding.UTF8.GetBytes(apiKey);
            var timestamp = new string('0', TimestampLength);
            _signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
            var head = $"POST /webhook HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\nX-Timestamp: {timestamp}\r\nX-Signature: ";
            _timestamp = head.IndexOf(timestamp, StringComparison.Ordinal);
            _signature = head.Length;
            _request =
                [.. Encoding.ASCII.GetBytes(head + new string('0', Delivery.SignatureLength) + "\r\n\r\n"), .. body];
            _mark = _signed.AsSpan().IndexOf(EventMark.Prefix) + EventMark.Prefix.Length;
        }

        public byte[] Next(EventMark mark)
        {
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()
                .TryFormat(_signed.AsSpan(0, TimestampLength), out _, default, CultureInfo.InvariantCulture);
            mark.Write(_signed.AsSpan(_mark));

            Delivery.WriteSignature(_signed, _key, _request.AsSpan(_signature, Delivery.SignatureLength));
            var body = _signed.AsSpan(TimestampLength + 1);
            _signed.AsSpan(0, TimestampLength).CopyTo(_request.AsSpan(_timestamp));
            body.CopyTo(_request.AsSpan(_request.Length - body.Length));
            return _request;
        }
    }

    /// <summary>A connection with at most one webhook under way.</summary>
    private sealed class Connection
    {
        private readonly byte[] _buffer = new byte[16 * 1024];
        private int _length;

        public Connection(Uri server)
        {
            Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(IPAddress.TryParse(server.Host, out var address) ? address : IPAddress.Loopback, server.Port);
        }

        public Socket Socket { get; }

        public long SentAt { get; set; }

        /// <summary>Reads on, and tells whether the answer is whole.</summary>
        public bool TryReceive(out int status)
        {
            status = 0;
            var received = Epoll.Receive(Socket, _buffer.AsSpan(_length));
            if (received < 0)
                throw new InvalidOperationException("The server has closed a connection that webhooks come over.");
            _length += received;

            var answer = _buffer.AsSpan(0, _length);
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return false;
            var head = Encoding.ASCII.GetString(answer[..end]);
            if (!HasWholeBody(head, answer[(end + 4)..]))
                return false;

            status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
            _length = 0;
            return true;
        }

        private static bool HasWholeBody(string head, ReadOnlySpan<byte> body)
        {
            if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
                return body.EndsWith("0\r\n\r\n"u8);
            const string Name = "content-length: ";
            var start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
            var line = start < Name.Length ? "0" : head[start..].Split('\r')[0];
            return body.Length >= int.Parse(line, CultureInfo.InvariantCulture);
        }
    }
}
