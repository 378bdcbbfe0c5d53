using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Api.Meet;

/// <summary>A small OpenVidu Meet whose rooms and recordings change without a webhook.</summary>
internal sealed class ChangingMeet : IAsyncDisposable
{
    private StubMeet _server = null!;
    private int _lists;

    /// <summary>The rooms as JSON, by id.</summary>
    public ConcurrentDictionary<string, string> Rooms { get; } = [];

    /// <summary>The recordings as JSON, by id.</summary>
    public ConcurrentDictionary<string, string> Recordings { get; } = [];

    /// <summary>Answers in the place of Meet where it is set.</summary>
    public Func<HttpContext, Task>? Illness { get; set; }

    /// <summary>How often the list of rooms was read from its beginning.</summary>
    public int Lists => _lists;

    public string Url => _server.Url;

    public static async Task<ChangingMeet> StartAsync(params IEnumerable<string> rooms)
    {
        var meet = new ChangingMeet();
        foreach (var id in rooms)
            meet.Set(id, "open");
        meet._server = await StubMeet.StartAsync(meet.AnswerAsync);
        return meet;
    }

    /// <summary>Creates or changes a room.</summary>
    public void Set(string roomId, string status) => Rooms[roomId] =
        $$"""{"roomId":"{{roomId}}","roomName":"{{roomId}}","creationDate":1795442584227.7742,"status":"{{status}}"}""";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context, MeetRequest request)
    {
        if (Illness is { } illness)
            return illness(context);
        context.Response.ContentType = "application/json";
        var path = request.Target.Split('?')[0]["/api/v1/".Length..].Split('/');
        var items = path[0] == "rooms" ? Rooms : Recordings;
        if (path.Length == 1)
            return ListAsync(context, path[0], items);
        if (items.TryGetValue(path[1], out var item))
            return context.Response.WriteAsync(item, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("""{"error":"Room Error","message":"not found"}""", context.RequestAborted);
    }

    private Task ListAsync(HttpContext context, string list, ConcurrentDictionary<string, string> items)
    {
        var start = int.Parse(context.Request.Query["nextPageToken"].FirstOrDefault() ?? "0");
        if (list == "rooms" && start == 0)
            Interlocked.Increment(ref _lists);
        var page = items.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Value).Skip(start).Take(100);
        var hasMore = items.Count > start + 100;
        var pagination = hasMore
            ? JsonSerializer.Serialize(new { isTruncated = true, nextPageToken = $"{start + 100}" })
            : """{"isTruncated":false}""";
        return context.Response.WriteAsync(
            $$"""{"{{list}}":[{{string.Join(",", page)}}],"pagination":{{pagination}}}""", context.RequestAborted);
    }
}
