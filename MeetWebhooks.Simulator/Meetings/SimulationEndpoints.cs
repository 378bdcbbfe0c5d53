using System.Text.Json;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;
using MeetWebhooks.Simulator.Webhooks;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Simulator.Meetings;

/// <summary>
/// <c>/simulation</c>: what only a simulator has. Meetings and recordings can be started and ended without a browser, and
/// the simulated meeting's page joins and leaves here. A room is named by its id or its name.
/// </summary>
internal static class SimulationEndpoints
{
    public static void MapSimulation(this IEndpointRouteBuilder app)
    {
        var simulation = app.MapGroup("/simulation");
        simulation.MapGet("", (MeetState meet) => MeetRequest.Json(meet.View(), SimulatorJson.Meet.SimulationView));
        simulation.MapPost("/rooms/{room}/meeting", StartMeeting);
        simulation.MapDelete("/rooms/{room}/meeting", EndMeeting);
        simulation.MapPost("/rooms/{room}/recording", StartRecording);
        simulation.MapDelete("/rooms/{room}/recording", StopRecording);
        simulation.MapPost("/rooms/{room}/participants", JoinAsync);
        simulation.MapGet("/rooms/{room}/participants/{identity}", LookInto);
        simulation.MapDelete("/rooms/{room}/participants/{identity}", Leave);
        simulation.MapPost("/webhooks/test", TestWebhookAsync);
    }

    private static IResult StartMeeting(string room, MeetState meet, Links links) =>
        Answer(meet.StartMeeting(IdOf(room, meet)), links);

    private static IResult EndMeeting(string room, MeetState meet)
    {
        var id = IdOf(room, meet);
        meet.EndMeeting(id);
        return MeetRequest.Say($"The meeting in room '{id}' has ended");
    }

    private static IResult StartRecording(string room, MeetState meet) =>
        MeetRequest.Json(meet.StartRecording(IdOf(room, meet)), SimulatorJson.Meet.Recording);

    private static IResult StopRecording(string room, string? outcome, MeetState meet)
    {
        var wanted = outcome ?? RecordingStatus.Complete;
        if (!RecordingStatus.Ends.Contains(wanted))
            throw MeetError.Invalid("outcome", JsonCheck.NotOneOf(RecordingStatus.Ends, wanted));
        return MeetRequest.Json(meet.StopRecording(IdOf(room, meet), wanted), SimulatorJson.Meet.Recording);
    }

    private static async Task<IResult> JoinAsync(HttpRequest request, string room, string? secret, MeetState meet)
    {
        var name = new JsonCheck().Optional(await MeetRequest.ReadJsonAsync(request), "name", JsonValueKind.String);
        return MeetRequest.Json(
            meet.Join(RoomName.CleanId(room), secret ?? "", name is { } text ? JsonCheck.Text(text) : null),
            SimulatorJson.Meet.Joined);
    }

    private static IResult LookInto(string room, string identity, string? secret, MeetState meet) =>
        MeetRequest.Json(meet.LookInto(RoomName.CleanId(room), secret ?? "", identity), SimulatorJson.Meet.MeetingView);

    private static IResult Leave(string room, string identity, MeetState meet)
    {
        meet.Leave(room, identity);
        return Results.NoContent();
    }

    private static async Task<IResult> TestWebhookAsync(
        WebhookSender webhooks, IOptionsMonitor<SimulatorOptions> options, CancellationToken cancellationToken)
    {
        var url = options.CurrentValue.WebhookUrl;
        var wrong = Uri.TryCreate(url, UriKind.Absolute, out var address)
            ? await webhooks.TestAsync(address, cancellationToken)
            : "no address is set (Simulator:WebhookUrl)";
        return wrong is null
            ? MeetRequest.Say($"'{url}' took the test webhook")
            : throw new MeetError(StatusCodes.Status502BadGateway, "Webhook Error", $"'{url}' did not take it: {wrong}");
    }

    private static IResult Answer(Room room, Links links) =>
        MeetRequest.Json(room.ToAnswer(links.BaseUrl), SimulatorJson.Meet.RoomAnswer);

    private static string IdOf(string room, MeetState meet)
    {
        if (meet.FindRoom(room) is not null)
            return room;
        var named = meet.Rooms().Where(one => one.RoomName == room).ToList();
        return named.Count switch
        {
            1 => named[0].RoomId,
            0 => throw MeetError.NoRoom(room),
            _ => throw new MeetError(
                StatusCodes.Status409Conflict, "Room Error", $"{named.Count} rooms are called '{room}': use an id"),
        };
    }
}
