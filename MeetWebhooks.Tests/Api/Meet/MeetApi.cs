using System.Text;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.EmbeddedRedis;
using MeetWebhooks.Mirror;
using MeetWebhooks.Mirror.Following;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Api.Meet;

/// <summary>The application with a Meet of the test's choice, and with a log that the test can read.</summary>
internal sealed class MeetApi : IAsyncDisposable
{
    public const string Key = "a-key-that-nobody-may-see";

    // One server for all tests: each keeps its log under a prefix of its own.
    private static readonly Lazy<EmbeddedServer> Redis = new(() => EmbeddedServer.Start());
    private static readonly Lazy<ConnectionMultiplexer> Connection =
        new(() => ConnectionMultiplexer.Connect(Redis.Value.ConnectionString));

    private readonly MeetWebhooksApplication _application;

    private MeetApi(MeetWebhooksApplication application, string keyPrefix)
    {
        _application = application;
        Log = TestLog.Of(Connection.Value, new WebhookLogOptions { KeyPrefix = keyPrefix });
    }

    /// <summary>A client of the Api.</summary>
    public HttpClient Client => _application.Api;

    /// <summary>A client of the front door.</summary>
    public HttpClient FrontDoor => _application.FrontDoor;

    public WebhookLog Log { get; }

    /// <summary>OpenVidu Meet as the Api reads it.</summary>
    public IMeetReader Meet => _application.ApiServices.GetRequiredService<IMeetReader>();

    public LogText LogText => _application.Log;

    public static async Task<MeetApi> StartAsync(
        string meetUrl, string? redis = null, string timeout = "00:00:30", params (string Key, string Value)[] settings)
    {
        var keyPrefix = Guid.NewGuid().ToString("N");
        var application = await MeetWebhooksApplication.StartAsync(settings:
        [
            ("Meet:ServerUrl", meetUrl),
            ("Meet:ApiKey", Key),
            ("Meet:Timeout", timeout),
            ("Events:KeyPrefix", keyPrefix),
            ("ConnectionStrings:redis", redis ?? Redis.Value.ConnectionString),
            .. settings,
        ]);
        return new MeetApi(application, keyPrefix);
    }

    /// <summary>Reads a list that can't be read.</summary>
    /// <param name="status">The status that a command would be answered with.</param>
    /// <param name="message">What its sentence contains.</param>
    /// <param name="kind">Which list.</param>
    public async Task<MeetException> FailsToListAsync(int status, string message, ItemKind kind = ItemKind.Room)
    {
        var failure = await Assert.ThrowsAsync<MeetException>(
            () => Meet.ListAsync(kind, TestContext.Current.CancellationToken));
        Assert.Equal(status, failure.Status);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>Has the Api know a room.</summary>
    /// <param name="roomId">The room.</param>
    public async Task KnowsAsync(string roomId)
    {
        await Log.AppendAsync(Encoding.UTF8.GetBytes(Delivery.Event("meetingStarted", $$"""{"roomId":"{{roomId}}"}""").Json));
        var mirror = _application.ApiServices.GetRequiredService<LiveMirror>();
        await Eventually.TrueAsync(() => mirror.View.State.Rooms.ContainsKey(roomId));
    }

    /// <summary>The events in the log, as text.</summary>
    public async Task<string[]> EventsAsync(CancellationToken cancellationToken)
    {
        var page = await Log.ReadAsync(null, 100, cancellationToken: cancellationToken);
        return [.. page.Events.Select(logged => Encoding.UTF8.GetString(logged.Payload.Span))];
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
