using System.Text.Json;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using System.Diagnostics;

namespace MeetWebhooks.Api.Rooms;

/// <summary>The routes under <c>/rooms</c>.</summary>
internal static class RoomRoutes
{
    private const int LargestBody = 16 * 1024;

    /// <summary>Maps <c>POST /rooms</c> and <c>DELETE /rooms/{roomId}</c>.</summary>
    public static void MapRooms(this IEndpointRouteBuilder routes)
    {
        var rooms = routes.MapGroup("/rooms").AddEndpointFilter<ProblemFilter>();
        rooms.MapPost("", CreateAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        rooms.MapDelete("/{roomId}", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpRequest request, MeetClient meet, CommandEvents events, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return Problem.Answer(
                StatusCodes.Status415UnsupportedMediaType, "Send JSON, with Content-Type: application/json.");
        }

        var wanted = await JsonSerializer.DeserializeAsync(
            request.Body, RoomsJson.Default.RoomRequest, cancellationToken);
        if (wanted?.RoomName is not { Length: > 0 } roomName)
            return Problem.Answer(StatusCodes.Status400BadRequest, "'roomName' is required");
        if (RoomName.Refusal(roomName) is { } refusal)
            return Problem.Answer(StatusCodes.Status400BadRequest, refusal);

        // From here on a browser that hangs up stops nothing: the others must hear of the room.
        var began = time.GetTimestamp();
        var room = await meet.CreateRoomAsync(roomName, CancellationToken.None);
        Activity.Current?.SetTag("meetwebhooks.room.id", room.Text("roomId"));
        await events.RoomCreatedAsync(room, began);
        return TypedResults.Json(
            new RoomCreated($"Room '{roomName}' created successfully", room),
            RoomsJson.Default.RoomCreated,
            statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(
        string roomId, string? withMeeting, string? withRecordings, MeetClient meet, CommandEvents events)
    {
        if (!MeetId.IsRoom(roomId))
        {
            return Problem.Answer(
                StatusCodes.Status404NotFound, "No room has such an id: they have only A-Z, a-z, 0-9, - and _.");
        }

        var policies = new DeletionPolicies(withMeeting, withRecordings);
        if (policies.Refusal() is { } refusal)
            return Problem.Answer(StatusCodes.Status400BadRequest, refusal);

        // A browser that hangs up stops nothing: the others must hear what became of the room.
        Activity.Current?.SetTag("meetwebhooks.room.id", roomId);
        var deletion = await meet.DeleteRoomAsync(roomId, policies, CancellationToken.None);
        if (deletion.Room is not null)
            await events.RoomUpdatedAsync(roomId);
        else if (deletion.Status != StatusCodes.Status202Accepted)
            await events.DeletedAsync(ItemKind.Room, roomId);

        return TypedResults.Json(
            new RoomDeleted(deletion.Message, deletion.SuccessCode, deletion.Room),
            RoomsJson.Default.RoomDeleted,
            statusCode: deletion.Status);
    }
}
