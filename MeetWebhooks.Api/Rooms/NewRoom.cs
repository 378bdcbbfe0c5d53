namespace MeetWebhooks.Api.Rooms;

/// <summary>The request that creates a room. Meet 3.4.0 takes a configuration only as a whole.</summary>
internal sealed record NewRoom(string RoomName, NewRoomConfig Config)
{
    /// <summary>With chat, recording and virtual backgrounds; every participant may watch the recordings.</summary>
    public static NewRoom Named(string roomName) => new(
        roomName,
        new NewRoomConfig(new Feature(true), new RecordingFeature(true, "admin_moderator_speaker"), new Feature(true)));
}

/// <summary>What a room offers.</summary>
internal sealed record NewRoomConfig(Feature Chat, RecordingFeature Recording, Feature VirtualBackground);

/// <summary>Something that a room offers or not.</summary>
internal sealed record Feature(bool Enabled);

/// <summary>Whether a room can be recorded, and who may watch.</summary>
internal sealed record RecordingFeature(bool Enabled, string AllowAccessTo);
