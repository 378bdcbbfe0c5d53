using System.Net;
using MeetWebhooks.Web.Forwarding;

namespace MeetWebhooks.Tests.Web.Forwarding;

public sealed class WholeBodyHandlerTests
{
    private const int LargestWhole = 16 * 1024;

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(700, true, true)]
    [InlineData(LargestWhole, true, true)]
    [InlineData(LargestWhole + 1, true, false)]
    [InlineData(700, false, false)]
    public async Task A_small_body_is_whole_before_it_is_forwarded_and_any_other_passes_through(
        int length, bool tellsLength, bool isWhole)
    {
        using var body = new Body(length, tellsLength);
        using var server = new Server();
        using var client = new HttpMessageInvoker(new WholeBodyHandler(server));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://api/webhook") { Content = body };

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(isWhole, server.WasWhole);
        Assert.Equal(Body.Bytes(length), server.Received);
    }

    [Fact]
    public async Task A_request_without_a_body_passes_through()
    {
        using var server = new Server();
        using var client = new HttpMessageInvoker(new WholeBodyHandler(server));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://api/rooms");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private sealed class Body(int length, bool tellsLength) : HttpContent
    {
        public bool IsRead { get; private set; }

        public static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(n => (byte)n)];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            IsRead = true;
            await stream.WriteAsync(Bytes(length));
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return tellsLength;
        }
    }

    private sealed class Server : HttpMessageHandler
    {
        public bool WasWhole { get; private set; }

        public byte[] Received { get; private set; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is Body body)
            {
                WasWhole = body.IsRead;
                Received = await body.ReadAsByteArrayAsync(cancellationToken);
            }

            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
