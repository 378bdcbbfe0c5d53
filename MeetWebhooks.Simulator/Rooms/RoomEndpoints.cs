using System.Text.Json;

namespace MeetWebhooks.Simulator.Rooms;

/// <summary><c>/api/v1/rooms</c>.</summary>
internal static class RoomEndpoints
{
    private const int LongestId = 100;

    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        api.MapPost("/rooms", CreateAsync);
        api.MapGet("/rooms", List);
        api.MapDelete("/rooms", DeleteSeveral);
        api.MapGet("/rooms/{roomId}", Get);
        api.MapDelete("/rooms/{roomId}", Delete);
        api.MapGet("/rooms/{roomId}/config", GetConfig);
        api.MapPut("/rooms/{roomId}/config", PutConfigAsync);
        api.MapPut("/rooms/{roomId}/status", PutStatusAsync);
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, MeetState meet, Links links, TimeProvider time)
    {
        var wanted = NewRoom.Read(await MeetRequest.ReadJsonAsync(request), time.GetUtcNow());
        var room = meet.CreateRoom(wanted);
        request.HttpContext.Response.Headers.Location = $"{links.BaseUrl}/api/v1/rooms/{room.RoomId}";
        return Answer(room, links, StatusCodes.Status201Created);
    }

    private static IResult List(HttpRequest request, MeetState meet, Links links)
    {
        // A name with blanks finds nothing, as ids have none; one that has nothing left when it is cleaned filters nothing.
        var prefix = RoomName.Clean(request.Query["roomName"].ToString());
        var rooms = meet.Rooms().Where(room => room.RoomId.StartsWith(prefix, StringComparison.Ordinal))
            .Select(room => room.ToAnswer(links.BaseUrl));
        return MeetRequest.Page(request, "rooms", rooms, room => room.RoomId, SimulatorJson.Meet.RoomAnswer);
    }

    private static IResult Get(HttpRequest request, string roomId, MeetState meet, Links links)
    {
        var room = meet.GetRoom(Id(roomId)).ToAnswer(links.BaseUrl);
        return MeetRequest.Json(
            MeetRequest.Project(request, JsonSerializer.SerializeToNode(room, SimulatorJson.Meet.RoomAnswer)!));
    }

    private static IResult Delete(HttpRequest request, string roomId, MeetState meet)
    {
        var deletion = DeleteOne(meet, Id(roomId), request);
        if (deletion.IsRefused)
            throw new MeetError(StatusCodes.Status409Conflict, deletion.SuccessCode, deletion.Message);
        return MeetRequest.Json(
            deletion, SimulatorJson.Meet.RoomDeletion,
            deletion.Answers202 ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private static IResult DeleteSeveral(HttpRequest request, MeetState meet)
    {
        var ids = request.Query["roomIds"].ToString().Split(',').Select(RoomName.CleanId)
            .Where(id => id.Length > 0).Distinct().ToList();
        if (ids.Count == 0)
            throw MeetError.Invalid("roomIds", "At least one valid roomId is required after sanitization");

        var successful = new List<SuccessfulDeletion>();
        var failed = new List<FailedDeletion>();
        foreach (var id in ids)
        {
            try
            {
                var deletion = DeleteOne(meet, id, request);
                if (deletion.IsRefused)
                    failed.Add(new FailedDeletion(id, deletion.SuccessCode, deletion.Message));
                else
                    successful.Add(new SuccessfulDeletion(id, deletion.SuccessCode, deletion.Message, deletion.Room));
            }
            catch (MeetError error)
            {
                failed.Add(new FailedDeletion(id, error.Answer.Error, error.Message));
            }
        }

        return failed.Count == 0
            ? MeetRequest.Json(
                new BulkRoomDeletion("All rooms successfully processed for deletion", successful),
                SimulatorJson.Meet.BulkRoomDeletion)
            : MeetRequest.Json(
                new BulkRoomDeletion($"{failed.Count} room(s) failed to process while deleting", successful, failed),
                SimulatorJson.Meet.BulkRoomDeletion, StatusCodes.Status400BadRequest);
    }

    private static IResult GetConfig(string roomId, MeetState meet) =>
        MeetRequest.Json(meet.GetRoom(Id(roomId)).Config, SimulatorJson.Meet.RoomConfig);

    private static async Task<IResult> PutConfigAsync(HttpRequest request, string roomId, MeetState meet)
    {
        var id = Id(roomId);
        meet.Configure(id, NewRoom.ReadConfig(await MeetRequest.ReadJsonAsync(request)));
        return MeetRequest.Say($"Room config for room '{id}' updated successfully");
    }

    private static async Task<IResult> PutStatusAsync(HttpRequest request, string roomId, MeetState meet, Links links)
    {
        var check = new JsonCheck();
        var body = await MeetRequest.ReadJsonAsync(request);
        var status = check.OneOf(body, "status", [RoomStatus.Open, RoomStatus.Closed]);
        check.ThrowIfWrong();

        var id = Id(roomId);
        var (room, isScheduled) = meet.SetStatus(id, status!);
        var message = isScheduled
            ? $"Room '{id}' scheduled to be closed when the meeting ends"
            : $"Room '{id}' {status} successfully";
        return MeetRequest.Json(
            new RoomMessage(message, room.ToAnswer(links.BaseUrl)), SimulatorJson.Meet.RoomMessage,
            isScheduled ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private static RoomDeletion DeleteOne(MeetState meet, string roomId, HttpRequest request) => meet.DeleteRoom(
        roomId,
        MeetRequest.Policy(request, "withMeeting", DeletionPolicy.WithMeeting),
        MeetRequest.Policy(request, "withRecordings", DeletionPolicy.WithRecordings));

    private static IResult Answer(Room room, Links links, int status) =>
        MeetRequest.Json(room.ToAnswer(links.BaseUrl), SimulatorJson.Meet.RoomAnswer, status);

    private static string Id(string roomId) => roomId.Length > LongestId
        ? throw MeetError.Invalid("roomId", $"roomId cannot exceed {LongestId} characters")
        : RoomName.CleanId(Uri.UnescapeDataString(roomId));
}
