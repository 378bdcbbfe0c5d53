using System.Text.Json;
using System.Text.RegularExpressions;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Simulator;

/// <summary>The simulator answers what the real OpenVidu Meet 3.4.0 answered, but for ids, dates and secrets.</summary>
public sealed partial class CapturedExchangesTests(CapturedExchangesTests.Fixture fixture)
    : IClassFixture<CapturedExchangesTests.Fixture>
{
    // What these answer depends on what was done before, or was changed by later requests of the same run.
    private static readonly string[] NeedHistory = ["rooms-create-auto-deletion-too-soon", "rooms-create-all-options"];

    public static TheoryData<string> Exchanges =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Captures", "rest"), "*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => Stateless().IsMatch(name) && !NeedHistory.Contains(name))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task An_exchange_goes_as_with_the_real_one(string name)
    {
        var exchange = RestExchange.Read(name);
        using var request = new HttpRequestMessage(new HttpMethod(exchange.Method), exchange.Path);
        if (exchange.Body() is { } body)
            request.Content = new ByteArrayContent(body);
        foreach (var (header, value) in exchange.Headers)
        {
            if (header is "Host" or "Content-Length" or "Connection")
                continue;
            if (!request.Headers.TryAddWithoutValidation(header, value))
                request.Content?.Headers.TryAddWithoutValidation(header, value);
        }

        using var answer = await fixture.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var received = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(exchange.Status, (int)answer.StatusCode);
        if (exchange.Answer.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(Normal(exchange.Answer.GetRawText()), Normal(received));
        }
        else
        {
            Assert.Equal(exchange.Answer.ToString(), received);
        }
    }

    /// <summary>JSON with what differs from run to run made equal, and nothing else.</summary>
    private static string Normal(string json)
    {
        var compact = JsonSerializer.Serialize(JsonElement.Parse(json));
        compact = Unescape().Replace(compact, match =>
            ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());
        compact = RandomIdPart().Replace(compact, "-ID");
        compact = Secret().Replace(compact, "secret=SECRET");
        compact = Host().Replace(compact, "http://HOST");
        return Date().Replace(compact, "\"$1\":DATE");
    }

    [GeneratedRegex("^(rooms-(create|unreachable-.*-create|get-(missing|bad-id|id-over|malformed|wrong)|list-(maxItems-(0|x|neg|empty|twice|half)|no-key|wrong-key|key-as|bad-page)|status-(bad|missing)|delete-missing|bulk-delete-none)|recordings-(get-missing|get-bad-id|delete-missing|delete-bad-id|list-empty|list-maxItems-x|list-no-key|list-by-(empty|symbols|unknown)|url-missing|media-missing$|media-no-key)|no-such-route|internal-webhook-test-bad-url)")]
    private static partial Regex Stateless();

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Unescape();

    [GeneratedRegex(@"-[a-z0-9]{15}(?=[""?/'])")]
    private static partial Regex RandomIdPart();

    [GeneratedRegex("secret=[0-9a-f]{10}")]
    private static partial Regex Secret();

    [GeneratedRegex("http://[^/\"]+")]
    private static partial Regex Host();

    [GeneratedRegex("\"(creationDate|autoDeletionDate)\":[0-9]+")]
    private static partial Regex Date();

    public sealed class Fixture : IAsyncLifetime
    {
        private MeetWebhooksApplication _application = null!;

        /// <summary>A client without the API key: the captures have it, or not.</summary>
        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _application = await MeetWebhooksApplication.StartAsync();
            Client = new HttpClient { BaseAddress = _application.Meet.BaseAddress };
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _application.DisposeAsync();
        }
    }
}
