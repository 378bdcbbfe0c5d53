using System.Text.Json;

namespace MeetWebhooks.Simulator.Rooms;

/// <summary>A room that somebody wants, checked.</summary>
internal sealed record NewRoom(
    string RoomName, long? AutoDeletionDate, AutoDeletionPolicy AutoDeletionPolicy, RoomConfig Config)
{
    private static readonly string[] Access = ["admin", "admin_moderator", "admin_moderator_speaker"];

    /// <exception cref="MeetError">Something is wrong with it, all of which is told at once.</exception>
    public static NewRoom Read(JsonElement body, DateTimeOffset now)
    {
        var check = new JsonCheck();
        if (check.Of(body, "", JsonValueKind.Object) is null)
            check.ThrowIfWrong();

        var name = check.Optional(body, "roomName", JsonValueKind.String) is { } text
            ? JsonCheck.Text(text)
            : Rooms.RoomName.Default;
        if (name.Length > Rooms.RoomName.MaxLength)
            check.Wrong("roomName", $"roomName cannot exceed {Rooms.RoomName.MaxLength} characters");

        var date = check.Optional(body, "autoDeletionDate", JsonValueKind.Number)?.GetDouble();
        if (date < now.AddHours(1).ToUnixTimeMilliseconds())
            check.Wrong("autoDeletionDate", "autoDeletionDate must be at least 1h in the future");

        var policy = check.Optional(body, "autoDeletionPolicy", JsonValueKind.Object) is { } wanted
            ? ReadPolicy(wanted, check)
            : AutoDeletionPolicy.Default;
        var config = check.Optional(body, "config", JsonValueKind.Object) is { } given
            ? ReadConfig(given, "config.", check)
            : RoomConfig.Default;
        check.ThrowIfWrong();
        return new NewRoom(name, (long?)date, policy, config);
    }

    /// <exception cref="MeetError">Something is wrong with it.</exception>
    public static RoomConfig ReadConfig(JsonElement body)
    {
        var check = new JsonCheck();
        var config = check.Required(body, "config", JsonValueKind.Object) is { } given
            ? ReadConfig(given, "config.", check)
            : RoomConfig.Default;
        check.ThrowIfWrong();
        return config;
    }

    private static AutoDeletionPolicy ReadPolicy(JsonElement policy, JsonCheck check)
    {
        const string path = "autoDeletionPolicy.";
        var withMeeting = check.OneOf(policy, path + "withMeeting", DeletionPolicy.WithMeeting);
        var withRecordings = check.OneOf(policy, path + "withRecordings", DeletionPolicy.WithRecordings);
        if (withMeeting == DeletionPolicy.Fail)
            check.Wrong(path + "withMeeting", "FAIL policy is not allowed for withMeeting auto-deletion policy");
        if (withRecordings == DeletionPolicy.Fail)
            check.Wrong(path + "withRecordings", "FAIL policy is not allowed for withRecordings auto-deletion policy");
        return new AutoDeletionPolicy(withMeeting ?? "", withRecordings ?? "");
    }

    // All or nothing: each part must be there.
    private static RoomConfig ReadConfig(JsonElement config, string path, JsonCheck check)
    {
        var recording = check.Required(config, path + "recording", JsonValueKind.Object) is { } given
            ? ReadRecording(given, path + "recording.", check)
            : new RecordingConfig(false);
        return new RoomConfig(recording, ReadSwitch("chat"), ReadSwitch("virtualBackground"));

        Switch ReadSwitch(string name) => new(
            check.Required(config, path + name, JsonValueKind.Object) is { } part
                && (check.Flag(part, $"{path}{name}.enabled") ?? false));
    }

    private static RecordingConfig ReadRecording(JsonElement recording, string path, JsonCheck check)
    {
        var enabled = check.Flag(recording, path + "enabled") ?? false;
        if (recording.TryGetProperty("allowAccessTo", out _))
            return new RecordingConfig(enabled, check.OneOf(recording, path + "allowAccessTo", Access));
        if (enabled)
            check.Wrong(path + "allowAccessTo", "allowAccessTo is required when recording is enabled");
        return new RecordingConfig(enabled);
    }
}
