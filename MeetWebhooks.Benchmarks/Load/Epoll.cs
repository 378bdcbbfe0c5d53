using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MeetWebhooks.Benchmarks.Load;

/// <summary>
/// Linux's <see href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll</see>: one thread reads from many sockets,
/// at less cost than any server has to write to them.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int AddCommand = 1;
    private const int Readable = 1;
    private const int DontWait = 0x40;
    private const int Again = 11;
    private const int MaxEvents = 1024;

    // struct epoll_event is packed on x64 only: the mask, then 64 bits for the tag.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 3 : 4;

    private readonly int[] _events = new int[MaxEvents * EventSize];
    private readonly int[] _tags = new int[MaxEvents];
    private readonly int _epoll = Checked(epoll_create1(0));

    /// <summary>Watches a socket until it is closed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="tag">What <see cref="Wait"/> names it by.</param>
    public void Add(Socket socket, int tag)
    {
        var registration = new int[EventSize];
        registration[0] = Readable;
        registration[EventSize - 2] = tag;
        Checked(epoll_ctl(_epoll, AddCommand, Descriptor(socket), registration));
    }

    /// <summary>Waits until something can be read.</summary>
    /// <param name="timeout">For how long at most, in milliseconds.</param>
    /// <returns>The tags of the sockets that can be read, until the next call.</returns>
    public ReadOnlySpan<int> Wait(int timeout)
    {
        var count = Math.Max(epoll_wait(_epoll, _events, MaxEvents, timeout), 0);
        for (var i = 0; i < count; i++)
            _tags[i] = _events[i * EventSize + EventSize - 2];
        return _tags.AsSpan(0, count);
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>The bytes read; 0 where there is nothing yet, -1 where the connection has ended.</returns>
    public static int Receive(Socket socket, Span<byte> buffer)
    {
        var received = recv(Descriptor(socket), buffer, buffer.Length, DontWait);
        if (received > 0)
            return (int)received;
        return received < 0 && Marshal.GetLastPInvokeError() == Again ? 0 : -1;
    }

    /// <summary>Writes as much as goes.</summary>
    public static int Send(Socket socket, ReadOnlySpan<byte> bytes) => (int)send(Descriptor(socket), bytes, bytes.Length, 0);

    /// <inheritdoc/>
    public void Dispose() => _ = close(_epoll);

    private static int Descriptor(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int command, int descriptor, int[] registration);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, int[] events, int maxEvents, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
