using System.Net.Http.Json;

namespace MeetWebhooks.AppHost.Meet;

/// <summary>What the dashboard can do to the simulated OpenVidu Meet.</summary>
internal static class SimulatorCommands
{
    private const string Room = "room";

    /// <summary>Adds commands that start and end meetings and recordings, each in a room that is asked for.</summary>
    /// <param name="builder">The simulator.</param>
    public static IResourceBuilder<ProjectResource> WithMeetingCommands(this IResourceBuilder<ProjectResource> builder) =>
        builder
            .WithRoomCommand("start-meeting", "Start a meeting", "Play", HttpMethod.Post, "meeting")
            .WithRoomCommand("end-meeting", "End a meeting", "Stop", HttpMethod.Delete, "meeting")
            .WithRoomCommand("start-recording", "Start a recording", "Record", HttpMethod.Post, "recording")
            .WithRoomCommand("end-recording", "End a recording", "RecordStop", HttpMethod.Delete, "recording");

    private static IResourceBuilder<ProjectResource> WithRoomCommand(
        this IResourceBuilder<ProjectResource> builder,
        string name,
        string displayName,
        string icon,
        HttpMethod method,
        string what) =>
        builder.WithCommand(
            name,
            displayName,
            async context =>
            {
                using var client = Client(builder);
                using var request = new HttpRequestMessage(
                    method, $"simulation/rooms/{Uri.EscapeDataString(context.Arguments.GetString(Room) ?? "")}/{what}");
                using var response = await client.SendAsync(request, context.CancellationToken);
                return await response.ToResultAsync(context.CancellationToken);
            },
            new CommandOptions
            {
                IconName = icon,
                UpdateState = DashboardCommands.WhileRunning,
                Arguments =
                [
                    new()
                    {
                        Name = Room,
                        Label = "Room",
                        InputType = InputType.Choice,
                        Required = true,
                        // A list to choose from alone fails in the dashboard (13.6.5) when it gets the focus.
                        AllowCustomChoice = true,
                        Placeholder = "There is no room yet: create one first.",
                        DynamicLoading = new() { LoadCallback = context => OfferRoomsAsync(builder, context) },
                    },
                ],
            });

    // The rooms that there are, the first of them chosen.
    private static async Task OfferRoomsAsync(IResourceBuilder<ProjectResource> builder, LoadInputContext context)
    {
        using var client = Client(builder);
        var simulation = await client.GetFromJsonAsync<Simulation>("simulation", context.CancellationToken);
        var rooms = simulation?.Rooms ?? [];
        context.Input.Options = [.. rooms.Select(room => KeyValuePair.Create(room.RoomId, room.RoomName))];
        context.Input.Value ??= rooms.Count > 0 ? rooms[0].RoomId : null;
    }

    private static HttpClient Client(IResourceBuilder<ProjectResource> builder) =>
        new() { BaseAddress = new Uri(builder.GetEndpoint("http").Url) };

    private sealed record Simulation(IReadOnlyList<SimulatedRoom> Rooms);

    private sealed record SimulatedRoom(string RoomId, string RoomName);
}
