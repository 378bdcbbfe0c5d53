using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace MeetWebhooks.AppHost.Meet;

/// <summary>What the dashboard can do to the simulated OpenVidu Meet.</summary>
internal static class SimulatorCommands
{
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
                using var client = new HttpClient { BaseAddress = new Uri(builder.GetEndpoint("http").Url) };
                var simulation = await client.GetFromJsonAsync<Simulation>("simulation", context.CancellationToken);
                var rooms = simulation?.Rooms ?? [];
                if (rooms.Count == 0)
                    return CommandResults.Failure("There is no room yet. Create one first.");
                var room = await ChooseAsync(context, displayName, rooms);
                if (room is null)
                    return CommandResults.Canceled();

                using var request = new HttpRequestMessage(
                    method, $"simulation/rooms/{Uri.EscapeDataString(room)}/{what}");
                using var response = await client.SendAsync(request, context.CancellationToken);
                return await response.ToResultAsync(context.CancellationToken);
            },
            new CommandOptions { IconName = icon, UpdateState = DashboardCommands.WhileRunning });

    // The room's id. Where nobody can be asked, the newest.
    private static async Task<string?> ChooseAsync(ExecuteCommandContext context, string title, IReadOnlyList<Room> rooms)
    {
        var interaction = context.Services.GetRequiredService<IInteractionService>();
        if (!interaction.IsAvailable || rooms.Count == 1)
            return rooms[^1].RoomId;
        var answer = await interaction.PromptInputAsync(
            title,
            null,
            new InteractionInput
            {
                Name = "Room",
                InputType = InputType.Choice,
                Required = true,
                Options = [.. rooms.Select(room => KeyValuePair.Create(room.RoomId, room.RoomName))],
            },
            cancellationToken: context.CancellationToken);
        return answer.Canceled ? null : answer.Data.Value;
    }

    private sealed record Simulation(IReadOnlyList<Room> Rooms);

    private sealed record Room(string RoomId, string RoomName);
}
