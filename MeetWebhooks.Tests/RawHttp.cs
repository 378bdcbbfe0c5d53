using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MeetWebhooks.Tests;

/// <summary>A connection on which exactly the bytes of a test go out: no client that tidies them up comes between.</summary>
public sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client = new();
    private NetworkStream? _stream;

    private RawHttp()
    {
    }

    private NetworkStream Stream => _stream ??= _client.GetStream();

    /// <summary>Connects.</summary>
    public static async Task<RawHttp> ConnectAsync(HttpClient to)
    {
        var raw = new RawHttp();
        await raw._client.ConnectAsync(
            to.BaseAddress!.Host, to.BaseAddress.Port, TestContext.Current.CancellationToken);
        return raw;
    }

    /// <summary>Sends bytes, and reads until the server closes.</summary>
    /// <returns>All that came, or an empty text where the server closed without a word.</returns>
    public static async Task<string> ExchangeAsync(HttpClient to, byte[] bytes)
    {
        using var raw = await ConnectAsync(to);
        await raw.SendAsync(bytes);
        return await raw.ReadToEndAsync();
    }

    /// <summary>Sends text, of which each character is one byte.</summary>
    public static Task<string> ExchangeAsync(HttpClient to, string text) =>
        ExchangeAsync(to, Encoding.Latin1.GetBytes(text));

    /// <summary>Sends a request without a body, with exactly this target.</summary>
    /// <returns>The status of the answer.</returns>
    public static async Task<int> StatusAsync(HttpClient to, string method, string target)
    {
        var request = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        return Status(await ExchangeAsync(to, Encoding.UTF8.GetBytes(request)));
    }

    /// <summary>The status of an answer.</summary>
    public static int Status(string answer) =>
        int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Sends bytes; a server that has closed already is no failure.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // What it answered before can still be read.
        }
    }

    /// <summary>Sends text, of which each character is one byte.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Says that nothing more is sent; answers can still be read.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the text has come, or the server closes.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (!answer.ToString().Contains(text, StringComparison.Ordinal))
            {
                var count = await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken)
                    .AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
                if (count == 0)
                    break;
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A reset: what came before it is what there is.
        }

        return answer.ToString();
    }

    /// <summary>Reads until the server closes.</summary>
    public Task<string> ReadToEndAsync() => ReadUntilAsync("\0 never sent \0");

    public void Dispose() => _client.Dispose();
}
