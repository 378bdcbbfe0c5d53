using System.Net.Http.Json;
using MeetWebhooks.AppHost.Commands;

namespace MeetWebhooks.AppHost.MeetModes;

/// <summary>What the dashboard can do to the simulator.</summary>
internal static class SimulatorCommands
{
    private const string Room = "room";

    /// <summary>Adds commands that start and end a meeting or a recording in a room.</summary>
    /// <param name="builder">The simulator.</param>
    public static IResourceBuilder<SimulatorResource> WithMeetingCommands(
        this IResourceBuilder<SimulatorResource> builder) => builder
        .WithRoomCommand("start-meeting", "Start a meeting", "Play", HttpMethod.Post, "meeting")
        .WithRoomCommand("end-meeting", "End a meeting", "Stop", HttpMethod.Delete, "meeting")
        .WithRoomCommand("start-recording", "Start a recording", "Record", HttpMethod.Post, "recording")
        .WithRoomCommand("end-recording", "End a recording", "RecordStop", HttpMethod.Delete, "recording");

    private static IResourceBuilder<SimulatorResource> WithRoomCommand(
        this IResourceBuilder<SimulatorResource> builder,
        string name,
        string displayName,
        string icon,
        HttpMethod method,
        string what) =>
        builder.WithHttpCommand("/simulation/rooms", displayName, commandName: name, commandOptions: new()
        {
            IconName = icon,
            Method = method,
            Arguments =
            [
                new()
                {
                    Name = Room,
                    Label = "Room",
                    Description = "Its name or its ID.",
                    // Not a list to choose from: focusing one can crash the dashboard (13.6.5).
                    InputType = InputType.Text,
                    Required = true,
                    Placeholder = "There is no room yet: create one first.",
                    DynamicLoading = new() { LoadCallback = context => FillInRoomAsync(builder.Resource, context) },
                },
            ],
            PrepareRequest = context =>
            {
                var room = Uri.EscapeDataString(context.Arguments.GetString(Room) ?? "");
                context.Request.RequestUri = new Uri($"{context.Request.RequestUri}/{room}/{what}");
                return Task.CompletedTask;
            },
            GetCommandResult = context => context.Response.ToCommandResultAsync(context.CancellationToken),
        });

    private static async Task FillInRoomAsync(SimulatorResource simulator, LoadInputContext context)
    {
        using var client = new HttpClient();
        var simulation = await client.GetFromJsonAsync<Simulation>(
            $"{simulator.HttpEndpoint.Url}/simulation", context.CancellationToken);
        context.Input.Value ??= simulation?.Rooms is [var room, ..] ? room.RoomId : null;
    }

    private sealed record Simulation(IReadOnlyList<SimulatedRoom> Rooms);

    private sealed record SimulatedRoom(string RoomId);
}
