using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MeetWebhooks.Tests.Harness;

/// <summary>
/// What a page shows: it reads everything by <c>GET /now</c> and then takes whole items from <c>GET /changes</c>. After a lost
/// connection, or a reset, it goes on at any replica.
/// </summary>
public sealed class PageModel : IAsyncDisposable
{
    private readonly IReadOnlyList<HttpClient> _replicas;
    private readonly Random _random;
    private readonly CancellationTokenSource _closed;
    private readonly Task _running;
    private volatile CancellationTokenSource? _connected;
    private string? _position;

    /// <param name="replicas">Clients of the Web replicas; each request goes to a random one.</param>
    /// <param name="seed">The seed of the random choices.</param>
    /// <param name="cancellationToken">Closes the page.</param>
    public PageModel(IReadOnlyList<HttpClient> replicas, int seed, CancellationToken cancellationToken)
    {
        _replicas = replicas;
        _random = new Random(seed);
        _closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = RunAsync();
    }

    /// <summary>The rooms that it shows, by id.</summary>
    public ConcurrentDictionary<string, JsonNode> Rooms { get; } = [];

    /// <summary>The recordings that it shows, by id.</summary>
    public ConcurrentDictionary<string, JsonNode> Recordings { get; } = [];

    /// <summary>What has happened since it was opened, in order.</summary>
    public ConcurrentQueue<JsonNode> Changes { get; } = [];

    /// <summary>What the newest heartbeat says; null before the first.</summary>
    public JsonNode? Heartbeat { get; private set; }

    /// <summary>How often everything was read.</summary>
    public int Readings { get; private set; }

    /// <summary>How often the stream said that changes were lost.</summary>
    public int Resets { get; private set; }

    /// <summary>Where the stream left changes out, or repeated some; null where it did not.</summary>
    public string? Gap { get; private set; }

    /// <summary>Waits until everything was read and the stream is open.</summary>
    public Task OpenedAsync() => Eventually.TrueAsync(() => Heartbeat is not null, Eventually.Limit, _closed.Token);

    /// <summary>Breaks the connection; the page connects again.</summary>
    public void Disconnect() => _connected?.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            using var connected = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            _connected = connected;
            try
            {
                if (_position is null)
                    await ReadAsync(connected.Token);
                await FollowAsync(connected.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
            {
                // The next connection goes on from the position.
            }

            _connected = null;
            await Task.Delay(_random.Next(100), CancellationToken.None);
        }
    }

    private HttpClient AnyReplica() => _replicas[_random.Next(_replicas.Count)];

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var answer = await AnyReplica().GetAsync("now?recordings=all", cancellationToken);
        answer.EnsureSuccessStatusCode();
        var now = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        Rooms.Clear();
        Recordings.Clear();
        Take(now);
        Readings++;
        _position = answer.Headers.GetValues("Last-Event-ID").Single();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var connection = await EventConnection.OpenAsync(
            AnyReplica(), "", $"?last_event_id={_position}", cancellationToken, "changes");
        var isEntered = false;
        await foreach (var received in connection.Events.ReadAsync(cancellationToken))
        {
            switch (received.EventType)
            {
                case "heartbeat":
                    Heartbeat = JsonNode.Parse(received.Data);
                    continue;
                case "reset":
                    Resets++;
                    _position = null;
                    return;
                case "position" when !isEntered && received.EventId == _position:
                    isEntered = true;
                    continue;
                case "change":
                    var change = JsonNode.Parse(received.Data)!.AsObject();
                    Take(change);
                    Changes.Enqueue(change);
                    break;
            }

            if (NumberOf(received.EventId) != NumberOf(_position!) + 1)
                Gap ??= $"{received.EventId} after {_position}";
            _position = received.EventId;
        }
    }

    private void Take(JsonObject items)
    {
        foreach (var room in List("rooms"))
            Rooms[(string)room!["roomId"]!] = room;
        foreach (var recording in List("recordings"))
            Recordings[(string)recording!["recordingId"]!] = recording;
        foreach (var id in List("removedRooms"))
            Rooms.TryRemove((string)id!, out _);
        foreach (var id in List("removedRecordings"))
            Recordings.TryRemove((string)id!, out _);

        IEnumerable<JsonNode?> List(string name) => items[name]?.AsArray() ?? [];
    }

    private static long NumberOf(string id) => long.Parse(id.AsSpan(id.IndexOf('-', StringComparison.Ordinal) + 1));
}
