using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MeetWebhooks.Tests.Api.Webhooks;

public sealed class DeliveryTests(DeliveryTests.Fixture fixture) : IClassFixture<DeliveryTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient FrontDoor => fixture.Application.FrontDoor;

    [Fact]
    public async Task A_signed_delivery_is_answered_200_with_nothing_more()
    {
        using var answer = await Delivery.Event("meetingStarted").PostAsync(FrontDoor, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task A_repeated_delivery_is_answered_200_and_published_once()
    {
        await using var browser = await OpenWhereTheLogStandsAsync();
        var repeated = Delivery.Event("meetingStarted");
        var next = Delivery.Event("meetingEnded");

        await fixture.Application.DeliverAsync(repeated);
        await fixture.Application.DeliverAsync(repeated);
        await fixture.Application.DeliverAsync(repeated with { Signature = repeated.Signature!.ToUpperInvariant() });
        await fixture.Application.DeliverAsync(next);

        Assert.Equal([repeated.Json, next.Json], (await browser.NextAsync(2)).Select(received => received.Data));
    }

    [Fact]
    public async Task What_is_not_signed_as_it_should_be_is_answered_401_and_never_published()
    {
        await using var browser = await OpenWhereTheLogStandsAsync();
        var good = Delivery.Event("meetingStarted");
        var now = DateTimeOffset.UtcNow;
        Delivery[] bad =
        [
            good with { Timestamp = null },
            good with { Signature = null },
            good with { Timestamp = null, Signature = null },
            good with { Body = [.. good.Body, (byte)' '] },
            good with { Signature = Delivery.Event("meetingEnded").Signature },
            Delivery.Sign(good.Json, now, "another-key"),
            Delivery.Sign(good.Json, now - TimeSpan.FromMinutes(2)),
            Delivery.Sign(good.Json, now + TimeSpan.FromMinutes(3)),
        ];

        foreach (var delivery in bad)
        {
            using var answer = await delivery.PostAsync(FrontDoor, Cancel);
            await AssertProblemAsync(HttpStatusCode.Unauthorized, answer);
        }

        await fixture.Application.DeliverAsync(good);
        Assert.Equal(good.Json, (await browser.NextAsync()).Data);
        Assert.Equal(0, browser.Waiting);
    }

    [Theory]
    [InlineData("X-Timestamp")]
    [InlineData("X-Signature")]
    public async Task A_header_that_is_sent_twice_is_answered_401(string header)
    {
        var delivery = Delivery.Event("meetingStarted");
        var again = $"{header}: {(header == "X-Timestamp" ? delivery.Timestamp : delivery.Signature)}\r\n";

        // A client would make one header of both, as the forwarder does before the Api sees them.
        foreach (var server in (HttpClient[])[FrontDoor, fixture.Application.Api])
        {
            Assert.Equal(200, RawHttp.Status(await PostAsync(server, "")));
            Assert.Equal(401, RawHttp.Status(await PostAsync(server, again)));
        }

        Task<string> PostAsync(HttpClient server, string more) => RawHttp.ExchangeAsync(
            server,
            $"POST /webhook HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {delivery.Body.Length}\r\n"
            + $"X-Timestamp: {delivery.Timestamp}\r\nX-Signature: {delivery.Signature}\r\n{more}\r\n{delivery.Json}");
    }

    [Fact]
    public async Task What_is_signed_but_no_event_is_answered_400()
    {
        foreach (var json in (string[])["", "{}", "[]", "x", """{"event":"x"}""", "{\"event\":\"x\",\"creationDate\":1,\"data\":{}} {"])
        {
            using var answer = await Delivery.Sign(json).PostAsync(FrontDoor, Cancel);
            await AssertProblemAsync(HttpStatusCode.BadRequest, answer);
        }
    }

    [Fact]
    public async Task A_body_over_the_limit_is_answered_413_whether_its_length_is_announced_or_not()
    {
        var large = Delivery.Sign(new byte[300 * 1024]);
        using var announced = await large.PostAsync(FrontDoor, Cancel);
        await AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, announced);

        using var request = new HttpRequestMessage(HttpMethod.Post, "webhook") { Content = new ByteArrayContent(large.Body) };
        request.Headers.Add("X-Timestamp", large.Timestamp);
        request.Headers.Add("X-Signature", large.Signature);
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await FrontDoor.SendAsync(request, Cancel);
        await AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, chunked);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_accepted()
    {
        const string head = """{"event":"x","creationDate":1,"data":{"pad":""";
        var pad = new string('x', (256 * 1024) - head.Length - 4);

        using var answer = await Delivery.Sign($"{head}\"{pad}\"}}}}").PostAsync(FrontDoor, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("webhook/")]
    [InlineData("WEBHOOK")]
    [InlineData("webhook//")]
    [InlineData("webhook?a=b")]
    public async Task The_webhook_is_never_answered_with_a_redirect(string path)
    {
        using var answer = await Delivery.Event("meetingStarted").PostAsync(FrontDoor, Cancel, path);

        Assert.NotInRange((int)answer.StatusCode, 300, 399);
    }

    [Fact]
    public async Task The_content_type_does_not_matter_as_the_signature_decides()
    {
        var delivery = Delivery.Event("meetingStarted");
        foreach (var type in (string?[])[null, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "webhook") { Content = new ByteArrayContent(delivery.Body) };
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            request.Headers.Add("X-Timestamp", delivery.Timestamp);
            request.Headers.Add("X-Signature", delivery.Signature);
            using var answer = await FrontDoor.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_Redis_a_delivery_is_answered_503_and_told_when_to_come_again()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=200"));

        using var answer = await Delivery.Event("meetingStarted").PostAsync(application.FrontDoor, Cancel);

        await AssertProblemAsync(HttpStatusCode.ServiceUnavailable, answer);
        Assert.NotNull(answer.Headers.RetryAfter);
        // The Api can do nothing without Redis; a replica still serves the page and says that events may be missing.
        using var ready = await application.Api.GetAsync("health", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("Degraded", await application.FrontDoor.GetStringAsync("health", Cancel));
        using var alive = await application.FrontDoor.GetAsync("alive", Cancel);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Without_the_Api_a_delivery_is_answered_503()
    {
        await using var application = await MeetWebhooksApplication.StartAsync();
        await application.StopApiAsync();

        using var answer = await Delivery.Event("meetingStarted").PostAsync(application.FrontDoor, Cancel);

        await AssertProblemAsync(HttpStatusCode.ServiceUnavailable, answer);
    }

    // What another test delivered can still be on its way to the replica.
    private async Task<Browser> OpenWhereTheLogStandsAsync()
    {
        using var rooms = await FrontDoor.GetListAsync("rooms", Cancel);
        return await Browser.OpenAsync(FrontDoor, rooms.Headers.GetValues("Last-Event-ID").Single());
    }

    private static async Task AssertProblemAsync(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal((int)status, (int)problem!["status"]!);
        Assert.NotEqual("", (string?)problem["message"]);
        Assert.Equal((string?)problem["detail"], (string?)problem["message"]);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public MeetWebhooksApplication Application { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Application =
            await MeetWebhooksApplication.StartAsync(settings: MeetWebhooksApplication.WithLists);

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}
