using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeetWebhooks.Simulator.Rooms;

namespace MeetWebhooks.Simulator.Recordings;

/// <summary>A link to a recording.</summary>
internal sealed record RecordingLink(string Url);

/// <summary>A recording that could not be deleted with the others.</summary>
internal sealed record FailedRecordingDeletion(string RecordingId, string Error);

/// <summary>What came of the wish to delete several recordings.</summary>
internal sealed record BulkRecordingDeletion(
    string Message, IReadOnlyList<string> Deleted, IReadOnlyList<FailedRecordingDeletion>? Failed = null);

/// <summary><c>/api/v1/recordings</c>.</summary>
internal static partial class RecordingEndpoints
{
    public static void MapRecordings(this IEndpointRouteBuilder api)
    {
        api.MapGet("/recordings", List);
        api.MapDelete("/recordings", DeleteSeveral);
        api.MapGet("/recordings/download", Download);
        api.MapGet("/recordings/{recordingId}", Get);
        api.MapDelete("/recordings/{recordingId}", Delete);
        api.MapGet("/recordings/{recordingId}/url", GetUrl);
        api.MapMethods("/recordings/{recordingId}/media", [HttpMethods.Get, HttpMethods.Head], GetMedia);
    }

    private static IResult List(HttpRequest request, MeetState meet)
    {
        var prefix = "";
        if (request.Query.TryGetValue("roomId", out var roomId))
        {
            if (roomId.ToString().Length == 0)
                throw MeetError.Invalid("roomId", "roomId is required and cannot be empty");
            prefix = RoomName.CleanId(roomId.ToString());
            if (prefix.Length == 0)
                throw MeetError.Invalid("roomId", "roomId cannot be empty after sanitization");
        }

        var recordings = meet.Recordings()
            .Where(recording => recording.RoomId.StartsWith(prefix, StringComparison.Ordinal));
        return MeetRequest.Page(
            request, "recordings", recordings, recording => recording.RecordingId, SimulatorJson.Meet.Recording);
    }

    private static IResult Get(HttpRequest request, string recordingId, MeetState meet)
    {
        var recording = meet.GetRecording(Id(recordingId, "params.recordingId"));
        return MeetRequest.Json(
            MeetRequest.Project(request, JsonSerializer.SerializeToNode(recording, SimulatorJson.Meet.Recording)!));
    }

    private static IResult Delete(string recordingId, MeetState meet)
    {
        meet.DeleteRecording(Id(recordingId));
        return MeetRequest.Say($"Recording '{recordingId}' deleted successfully");
    }

    private static IResult DeleteSeveral(HttpRequest request, MeetState meet)
    {
        var deleted = new List<string>();
        var failed = new List<FailedRecordingDeletion>();
        foreach (var id in Ids(request))
        {
            try
            {
                meet.DeleteRecording(id);
                deleted.Add(id);
            }
            catch (MeetError error)
            {
                failed.Add(new FailedRecordingDeletion(id, error.Message));
            }
        }

        return failed.Count == 0
            ? MeetRequest.Json(
                new BulkRecordingDeletion("All recordings deleted successfully", deleted),
                SimulatorJson.Meet.BulkRecordingDeletion)
            : MeetRequest.Json(
                new BulkRecordingDeletion($"{failed.Count} recording(s) could not be deleted", deleted, failed),
                SimulatorJson.Meet.BulkRecordingDeletion, StatusCodes.Status400BadRequest);
    }

    private static IResult GetUrl(HttpRequest request, string recordingId, MeetState meet) => MeetRequest.Json(
        new RecordingLink(meet.GetUrl(Id(recordingId), request.Query["privateAccess"] == "true")),
        SimulatorJson.Meet.RecordingLink);

    private static IResult GetMedia(HttpContext context, string recordingId, MeetState meet)
    {
        var id = meet.GetWatchable(Id(recordingId, "params.recordingId")).RecordingId;
        var video = SampleVideo.Bytes.AsMemory();
        var range = MediaRange.Read(context.Request.Headers.Range.ToString(), id, video.Length);

        var headers = context.Response.Headers;
        headers.AcceptRanges = "bytes";
        headers.CacheControl = "public, max-age=3600";
        if (range is not null)
        {
            headers.ContentRange = $"bytes {range.First}-{range.Last}/{video.Length}";
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            video = video.Slice((int)range.First, (int)range.Length);
        }

        return Results.Bytes(video, "video/mp4");
    }

    // A ZIP of the recordings that can be watched; the others are left out.
    private static IResult Download(HttpRequest request, MeetState meet)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            var wanted = Ids(request);
            foreach (var recording in meet.Recordings().Where(one =>
                one.Status == RecordingStatus.Complete && wanted.Contains(one.RecordingId)))
            {
                using var entry = zip.CreateEntry(recording.Filename, CompressionLevel.NoCompression).Open();
                entry.Write(SampleVideo.Bytes);
            }
        }

        return Results.File(file.ToArray(), "application/zip", "recordings.zip");
    }

    private static List<string> Ids(HttpRequest request) =>
        [.. request.Query["recordingIds"].ToString().Split(',').Select(one => Id(one, "recordingIds"))];

    private static string Id(string recordingId, string field = "recordingId") => Form().IsMatch(recordingId)
        ? recordingId
        : throw MeetError.Invalid(field, "recordingId does not follow the expected format");

    [GeneratedRegex("^[A-Za-z0-9_-]+--EG_[A-Za-z0-9]+--[A-Za-z0-9]+$")]
    private static partial Regex Form();
}
