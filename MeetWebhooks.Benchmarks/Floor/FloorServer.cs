using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeetWebhooks.Benchmarks.Load;

namespace MeetWebhooks.Benchmarks.Floor;

/// <summary>
/// The floor: a process that does nothing but write the same bytes to the same number of sockets, one <c>send</c> per event
/// and browser. It is started as a process of its own, and told by lines on its input to write a number of events.
/// </summary>
internal static class FloorServer
{
    /// <summary>Runs until the input ends.</summary>
    /// <param name="port">The port that it listens on.</param>
    /// <param name="size">The size of an event's JSON in bytes.</param>
    public static void Run(int port, int size)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(4096);
        var frame = Frame(size);
        var mark = frame.AsSpan().IndexOf(EventMark.Prefix) + EventMark.Prefix.Length;
        List<Socket> browsers = [];
        var number = 0L;

        while (Console.In.ReadLine() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["accept", var count]:
                    while (browsers.Count < int.Parse(count, CultureInfo.InvariantCulture))
                        browsers.Add(Accept(listener));
                    break;

                case ["write", var events, var pause]:
                    for (var i = 0; i < int.Parse(events, CultureInfo.InvariantCulture); i++)
                    {
                        EventMark.Now(number++).Write(frame.AsSpan(mark));
                        foreach (var browser in browsers)
                            Epoll.Send(browser, frame);
                        Thread.Sleep(int.Parse(pause, CultureInfo.InvariantCulture));
                    }

                    break;
            }
        }
    }

    private static Socket Accept(TcpListener listener)
    {
        var socket = listener.AcceptSocket();
        // A connection that asks nothing only tried whether somebody listens.
        while (socket.Receive(new byte[4096]) == 0)
            socket = listener.AcceptSocket();
        socket.NoDelay = true;
        socket.Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
        return socket;
    }

    private static byte[] Frame(int size)
    {
        byte[] text = [.. "id: 0123456789ab-1000\ndata: "u8, .. EventTemplate.Create(size), .. "\n\n"u8];
        return [.. Encoding.ASCII.GetBytes($"{text.Length:x}\r\n"), .. text, .. "\r\n"u8];
    }
}
