using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MeetWebhooks.Tests.Simulator;

public sealed class ListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_together_hold_each_room_once_in_the_order_of_their_ids()
    {
        await using var simulator = await StartAsync();
        var created = new List<string>();
        for (var number = 0; number < 7; number++)
            created.Add((await simulator.CreateRoomAsync(number % 2 == 0 ? "Retro" : "Daily")).RoomId);

        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await GetAsync(simulator, $"rooms?maxItems=3{token}");
            listed.AddRange(page["rooms"]!.AsArray().Select(room => (string)room!["roomId"]!));
            token = (string?)page["pagination"]!["nextPageToken"] is { } next
                ? $"&nextPageToken={Uri.EscapeDataString(next)}"
                : "";
            Assert.Equal(token.Length > 0, (bool)page["pagination"]!["isTruncated"]!);
        }
        while (token.Length > 0);

        Assert.Equal(created.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task Recordings_are_filtered_by_the_beginning_of_their_rooms_id()
    {
        await using var simulator = await StartAsync();
        await simulator.CreateRoomAsync("Team One", "meeting record complete");
        await simulator.CreateRoomAsync("Team Two", "meeting record failed");
        await simulator.CreateRoomAsync("Other", "meeting record");

        Assert.Equal(["Team One", "Team Two"], await RoomNamesAsync("Team"));
        Assert.Equal(["Team One"], await RoomNamesAsync("Team%20One"));
        Assert.Empty(await RoomNamesAsync("team"));

        async Task<IEnumerable<string>> RoomNamesAsync(string roomId) =>
            (await GetAsync(simulator, $"recordings?roomId={roomId}"))["recordings"]!.AsArray()
                .Select(recording => (string)recording!["roomName"]!);
    }

    [Theory]
    [InlineData("Standup - 🚀")]
    [InlineData("Team-_")]
    [InlineData("Q1 - - Q2")]
    [InlineData("東京 - Team")]
    [InlineData("❤️")]
    public async Task Some_names_make_rooms_that_are_listed_but_cannot_be_reached(string name)
    {
        await using var simulator = await StartAsync();
        var (roomId, _) = await simulator.CreateRoomAsync(name);

        var listed = await GetAsync(simulator, "rooms");
        using var got = await simulator.Client.GetAsync($"api/v1/rooms/{roomId}", Cancel);
        using var deleted = await simulator.Client.DeleteAsync($"api/v1/rooms/{roomId}", Cancel);
        using var deletedInBulk = await simulator.Client.DeleteAsync($"api/v1/rooms?roomIds={roomId}", Cancel);

        Assert.Equal(roomId, (string)Assert.Single(listed["rooms"]!.AsArray())!["roomId"]!);
        Assert.Equal(HttpStatusCode.NotFound, got.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, deletedInBulk.StatusCode);
    }

    [Fact]
    public async Task A_download_holds_the_recordings_that_can_be_watched()
    {
        await using var simulator = await StartAsync();
        var (_, watchable) = await simulator.CreateRoomAsync("Daily", "meeting record complete");
        var (_, failed) = await simulator.CreateRoomAsync("Daily", "meeting record failed");

        using var answer = await simulator.Client.GetAsync(
            $"api/v1/recordings/download?recordingIds={watchable},{failed}", Cancel);

        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));
        var entry = Assert.Single(zip.Entries);
        Assert.Equal(simulator.Meet.GetRecording(watchable!).Filename, entry.Name);
        Assert.Equal(simulator.Meet.GetRecording(watchable!).Size, entry.Length);
    }

    private static async Task<RunningSimulator> StartAsync()
    {
        var simulator = await RunningSimulator.StartAsync();
        simulator.Client.DefaultRequestHeaders.Add("X-API-KEY", Delivery.ApiKey);
        return simulator;
    }

    private static async Task<JsonNode> GetAsync(RunningSimulator simulator, string path) =>
        (await simulator.Client.GetFromJsonAsync<JsonNode>($"api/v1/{path}", Cancel))!;
}
