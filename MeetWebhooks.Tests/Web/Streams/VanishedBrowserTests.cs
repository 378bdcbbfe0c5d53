using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MeetWebhooks.Tests.Web.Streams;

/// <summary>A browser whose machine lost its network, or its power: nothing tells the server.</summary>
public sealed class VanishedBrowserTests
{
    // Longer than the half minute for which the system goes on trying.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_that_is_gone_without_a_word_is_found_by_the_heartbeat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a socket turn deaf.");
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

        TurnDeaf(socket);

        await Eventually.TrueAsync(async () => await OpenAsync(application.FrontDoor) == HttpStatusCode.OK, Patience);
    }

    private static async Task<HttpStatusCode> OpenAsync(HttpClient frontDoor)
    {
        using var answer = await frontDoor.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        return answer.StatusCode;
    }

    /// <summary>
    /// Has the system drop all that arrives for a socket before TCP sees it, by a filter that lets nothing through: no
    /// byte is acknowledged any more, and no end of the connection either.
    /// </summary>
    private static void TurnDeaf(Socket socket)
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
