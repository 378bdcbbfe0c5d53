using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MeetWebhooks.Tests.Web.Streams;

/// <summary>A browser whose machine has lost its network or power, so that the server is not told.</summary>
public sealed class VanishedBrowserTests
{
    // Longer than the half minute for which the system retries.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_heartbeat_finds_a_browser_that_has_vanished()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has socket filters.");
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Streams:Heartbeat", "00:00:00.5"), ("Streams:MaxPerAddress", "1")]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket);
            },
        });
        using var stream = await client.GetAsync(
            new Uri(application.FrontDoor.BaseAddress!, "events"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(application.FrontDoor));

        DropIncoming(socket);

        await Eventually.TrueAsync(async () => await OpenAsync(application.FrontDoor) == HttpStatusCode.OK, Limit);
    }

    private static async Task<HttpStatusCode> OpenAsync(HttpClient frontDoor)
    {
        using var answer = await frontDoor.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        return answer.StatusCode;
    }

    /// <summary>
    /// Attaches a filter to a socket that drops everything before TCP sees it, so that nothing is acknowledged any
    /// more, not even the end of the connection.
    /// </summary>
    private static void DropIncoming(Socket socket)
    {
        // linux/filter.h: struct sock_filter { u16 code = BPF_RET; u8 jt, jf; u32 k = 0 }.
        var instruction = Marshal.AllocHGlobal(sizeof(long));
        try
        {
            Marshal.WriteInt64(instruction, 0x06);
            // struct sock_fprog { u16 len = 1; struct sock_filter *filter }; SOL_SOCKET, SO_ATTACH_FILTER.
            byte[] program = [1, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(instruction.ToInt64())];
            socket.SetRawSocketOption(1, 26, program);
        }
        finally
        {
            Marshal.FreeHGlobal(instruction);
        }
    }
}
