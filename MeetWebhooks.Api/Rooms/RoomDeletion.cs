namespace MeetWebhooks.Api.Rooms;

/// <summary>What became of a request to delete a room.</summary>
/// <param name="Status">200 where it is done, 202 where it is to happen when the meeting ends.</param>
/// <param name="Message">Meet's sentence about it.</param>
/// <param name="SuccessCode">Meet's code for it, such as <c>room_closed</c>, where it gave one.</param>
/// <param name="Room">The room, where it still is: closed instead of deleted, or to be closed or deleted.</param>
internal sealed record RoomDeletion(int Status, string Message, string? SuccessCode, MeetItem? Room);
