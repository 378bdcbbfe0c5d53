using System.Net;
using System.Net.Sockets;
using MeetWebhooks.Web.Connections;

namespace MeetWebhooks.Tests.Web.Connections;

/// <summary>A replica that may open few files, and clients that hold many connections without using them.</summary>
public sealed class OpenFilesTests
{
    private const int OpenFiles = 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /ali")]
    public async Task Connections_that_nobody_uses_keep_nobody_out_and_do_not_end_the_replica(string sent)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await StartAsync(redis, api);
        await using var browser = await Browser.OpenLiveAsync(web.Client);
        using var unused = new UnusedConnections(web);

        for (var n = 0; n < 4; n++)
        {
            await unused.OpenAsync(1000, sent);
            using var newcomer = new HttpClient { BaseAddress = web.Client.BaseAddress };
            var delivery = await newcomer.PersistAsync(Delivery.Event("meetingStarted", $$"""{"n":{{n}}}"""));
            Assert.Equal(delivery.Json, (await browser.NextAsync()).Data);
        }

        await Eventually.TrueAsync(() => web.Output.Contains("ulimit -n", StringComparison.Ordinal));
        var warning = Assert.Single(web.Output.Split('\n'), line => line.Contains("which is the limit", StringComparison.Ordinal));
        Assert.Contains("ulimit -n", warning, StringComparison.Ordinal);
        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task Streams_leave_connections_for_other_requests()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await StartAsync(redis, api);
        var streams = new List<HttpResponseMessage>();
        for (var n = 0; n < OpenFiles; n++)
            streams.Add(await web.Client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, Cancel));

        using var answer = await Delivery.Event("meetingStarted").PostAsync(web.Client, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable],
            streams.Select(stream => stream.StatusCode).Distinct());
        Assert.Single(web.Output.Split('\n'), line => line.Contains("streams are open", StringComparison.Ordinal));
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task A_connection_that_sends_nothing_is_closed_and_one_that_streams_is_not()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await Service.StartApiAsync(redis.ConnectionString);
        await using var web = await Service.StartWebAsync(
            redis.ConnectionString, api, ("Kestrel:Limits:RequestHeadersTimeout", "00:00:01"));
        await using var browser = await Browser.OpenLiveAsync(web.Client);
        using var silent = await RawHttp.ConnectAsync(web.Client);

        Assert.Equal("", await silent.ReadToEndAsync());

        using var answer = await Delivery.Event("meetingStarted").PostAsync(web.Client, Cancel);
        Assert.Equal("message", (await browser.NextAsync()).EventType);
    }

    [Fact]
    public void The_limits_of_connections_stay_below_the_limit_of_open_files()
    {
        var few = ConnectionLimits.From(openFiles: 1024, maxConnections: null);
        Assert.InRange(few.Browsers + few.Api, 1, 1024 - 300);
        Assert.InRange(few.Streams, 1, few.Browsers - 50);
        var many = ConnectionLimits.From(openFiles: 20_000, maxConnections: null);
        Assert.InRange(many.Browsers + many.Api, 1, 20_000 - 300);
        Assert.InRange(many.Streams, 19_000, many.Browsers - 50);
        Assert.Equal(20, ConnectionLimits.From(openFiles: 1024, maxConnections: 20).Browsers);
        Assert.InRange(ConnectionLimits.From(openFiles: null, maxConnections: null).Streams, 1_000_000, int.MaxValue);
        Assert.InRange(ConnectionLimits.From(openFiles: 64, maxConnections: null).Streams, 1, 64);
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 524288L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max cpu time              unlimited            10                   seconds   ", null)]
    public void The_limit_of_open_files_is_the_hard_one(string line, long? limit) =>
        Assert.Equal(limit, OpenFileLimit.Parse(["Limit   Soft Limit  Hard Limit  Units", line]));

    // However slow the machine: the limit of connections closes them here, not that of the time for a request's headers.
    private static Task<Service> StartAsync(RedisServer redis, Service api) => Service.StartWebAsync(
        redis.ConnectionString, api, [("Kestrel:Limits:RequestHeadersTimeout", "00:10:00")], Cancel, OpenFiles);

    private sealed class UnusedConnections(Service web) : IDisposable
    {
        private readonly List<Socket> _open = [];

        public async Task OpenAsync(int count, string sent)
        {
            Socket[] sockets = [.. Enumerable.Range(0, count).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
            _open.AddRange(sockets);
            await Task.WhenAll(sockets.Select(async socket =>
            {
                await socket.ConnectAsync(IPAddress.Loopback, web.Port, Cancel);
                if (sent.Length > 0)
                    await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(sent), Cancel);
            }));
        }

        public void Dispose() => _open.ForEach(socket => socket.Dispose());
    }
}
