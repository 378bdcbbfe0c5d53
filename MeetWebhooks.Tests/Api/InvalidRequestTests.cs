using CsCheck;

namespace MeetWebhooks.Tests.Api;

/// <summary>What the Api is sent without a front door before it, byte for byte.</summary>
public sealed class InvalidRequestTests
{
    [Theory]
    [InlineData("80000000\r\n")]
    [InlineData("ffffffff\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("5\r\nhello\r\n123456789abcdef\r\n")]
    public async Task A_chunk_size_beyond_all_numbers_is_not_a_failure_of_the_server(string body)
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        foreach (var target in (string[])["/webhook", "/rooms"])
        {
            var answer = await RawHttp.ExchangeAsync(
                application.Api,
                $"POST {target} HTTP/1.1\r\nHost: a\r\nX-Timestamp: {now}\r\nContent-Type: application/json\r\n"
                + $"Transfer-Encoding: chunked\r\n\r\n{body}");

            Assert.True(RawHttp.Status(answer) == 400, answer);
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        }

        LogAssert.IsCalm(application.Log);
    }

    [Fact]
    public async Task No_chunked_body_is_a_failure_of_the_server()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        await Gen.OneOf(
                Gen.OneOf("0", "5", "7fffffff", "80000000", "f", "0000000000000000005", "-1", "+5", "0x5", "zz", ""),
                Gen.OneOf("\r\n", "\n", "\r", ";a=b\r\n", ";\r\n", "\t\r\n", " ", "\0"),
                Gen.OneOf("hello", "{}", "Trailer: x\r\n", "X-Signature: y\r\n", ": z\r\n"))
            .Array[1, 8].Select(string.Concat).SampleAsync(
                async body =>
                {
                    using var raw = await RawHttp.ConnectAsync(application.Api);
                    await raw.SendAsync(
                        $"POST /webhook HTTP/1.1\r\nHost: a\r\nX-Timestamp: {now}\r\n"
                        + $"Transfer-Encoding: chunked\r\n\r\n{body}");
                    raw.EndSending();
                    var answer = await raw.ReadToEndAsync();
                    // A client that hangs up in the middle gets no answer.
                    if (answer.Length > 0)
                        Assert.True(RawHttp.Status(answer) is >= 400 and < 500, answer);
                },
                iter: 1_000,
                threads: 2);

        LogAssert.IsCalm(application.Log);
    }
}
