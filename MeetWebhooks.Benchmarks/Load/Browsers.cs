using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>Any number of browsers on one thread.</summary>
internal sealed class Browsers : IDisposable
{
    private const int BufferSize = 256 * 1024;

    // A machine has some 28,000 ports for each of its addresses, and all of 127.0.0.0/8 is this machine.
    private const int BrowsersPerAddress = 500;

    private readonly IPEndPoint _server;
    private readonly string _host;
    private readonly string _stream;
    private readonly Epoll _epoll = new();
    private readonly List<MeasuredBrowser> _all = [];
    private readonly Lock _lock = new();
    private readonly Thread _reader;
    private volatile bool _isStopping;
    private volatile Exception? _failure;
    private long _deliveries;
    private int _open;
    private int _lost;

    /// <param name="server">The front door.</param>
    /// <param name="stream">The path of the stream that they open.</param>
    public Browsers(Uri server, string stream)
    {
        _stream = stream;
        _host = server.Authority;
        _server = new IPEndPoint(IPAddress.TryParse(server.Host, out var address) ? address : IPAddress.Loopback, server.Port);
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "browsers" };
        _reader.Start();
    }

    /// <summary>All browsers that were ever opened.</summary>
    public IReadOnlyList<MeasuredBrowser> All => _all;

    /// <summary>Times from sending an event to its arrival in a browser.</summary>
    public Latencies Latencies { get; } = new();

    /// <summary>Events that arrived, each counted once per browser.</summary>
    public long Deliveries => Volatile.Read(ref _deliveries);

    /// <summary>Streams that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Streams that the server has closed.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Opens streams, and waits until the server has answered each.</summary>
    /// <param name="count">How many.</param>
    /// <param name="lastEventId">What they say to have got last.</param>
    /// <exception cref="InvalidOperationException">The server has refused one.</exception>
    public void Connect(int count, string? lastEventId = null)
    {
        var expected = Open + Lost + count;
        var request = Encoding.ASCII.GetBytes(
            $"GET /{_stream} HTTP/1.1\r\nHost: {_host}\r\nAccept: text/event-stream\r\n"
            + (lastEventId is null ? "\r\n" : $"Last-Event-ID: {lastEventId}\r\n\r\n"));
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (IPAddress.IsLoopback(_server.Address) && _server.AddressFamily == AddressFamily.InterNetwork)
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + _all.Count / BrowsersPerAddress % 250)]), 0));
            socket.Connect(_server);
            var browser = new MeasuredBrowser(socket, Latencies);
            int tag;
            lock (_lock)
            {
                tag = _all.Count;
                _all.Add(browser);
            }

            socket.Send(request);
            _epoll.Add(socket, tag);
        }

        Wait(() => Open + Lost >= expected, TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits for the browsers to have something.</summary>
    /// <param name="isDone">What is waited for.</param>
    /// <param name="limit">For how long at most.</param>
    /// <returns>False where the time was over before.</returns>
    public bool Wait(Func<bool> isDone, TimeSpan limit)
    {
        var end = DateTime.UtcNow + limit;
        while (!isDone() && DateTime.UtcNow < end)
        {
            if (_failure is { } failure)
                throw failure;
            Thread.Sleep(1);
        }

        return isDone();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _reader.Join();
        foreach (var browser in _all)
            browser.Socket.Dispose();
        _epoll.Dispose();
    }

    private void ReadAll()
    {
        try
        {
            var buffer = new byte[BufferSize];
            var joined = new byte[BufferSize + MeasuredBrowser.TailLength];
            while (!_isStopping)
            {
                foreach (var tag in _epoll.Wait(100))
                    Read(tag, buffer, joined);
                // So that a server does not pay for waking this thread at each of its writes.
                Thread.Sleep(1);
            }
        }
        catch (Exception exception)
        {
            // Who waits for the browsers is told.
            _failure = exception;
        }
    }

    private void Read(int tag, byte[] buffer, byte[] joined)
    {
        MeasuredBrowser browser;
        lock (_lock)
            browser = _all[tag];

        var received = Epoll.Receive(browser.Socket, buffer);
        if (received < 0 || browser.IsLeaving)
        {
            if (browser.IsOpen)
                Interlocked.Decrement(ref _open);
            if (!browser.IsLeaving)
                Interlocked.Increment(ref _lost);
            browser.Socket.Dispose();
            return;
        }

        var wasOpen = browser.IsOpen;
        var events = browser.Events;
        browser.Take(buffer.AsSpan(0, received), joined, readsIds: tag == 0);
        Volatile.Write(ref _deliveries, _deliveries + browser.Events - events);
        if (browser.IsOpen && !wasOpen)
            Interlocked.Increment(ref _open);
    }
}
