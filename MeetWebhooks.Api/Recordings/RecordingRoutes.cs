using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using System.Diagnostics;

namespace MeetWebhooks.Api.Recordings;

/// <summary>The routes under <c>/recordings</c>.</summary>
internal static class RecordingRoutes
{
    /// <summary>
    /// Maps <c>DELETE /recordings/{recordingId}</c> and <c>GET /recordings/{recordingId}/url</c>.
    /// </summary>
    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var recordings = routes.MapGroup("/recordings").AddEndpointFilter<ProblemFilter>();
        recordings.MapDelete("/{recordingId}", DeleteAsync);
        recordings.MapGet("/{recordingId}/url", GetUrlAsync);
    }

    private static async Task<IResult> DeleteAsync(string recordingId, MeetClient meet, CommandEvents events)
    {
        if (!MeetId.IsRecording(recordingId))
            return NoSuchId();

        // A browser that hangs up stops nothing: the others must hear that the recording is gone.
        Activity.Current?.SetTag("meetwebhooks.recording.id", recordingId);
        var message = await meet.DeleteRecordingAsync(recordingId, CancellationToken.None);
        await events.DeletedAsync(ItemKind.Recording, recordingId);
        return TypedResults.Json(new RecordingDeleted(message), RecordingsJson.Default.RecordingDeleted);
    }

    private static async Task<IResult> GetUrlAsync(
        string recordingId, MeetClient meet, CancellationToken cancellationToken)
    {
        if (!MeetId.IsRecording(recordingId))
            return NoSuchId();

        Activity.Current?.SetTag("meetwebhooks.recording.id", recordingId);
        var url = await meet.GetRecordingUrlAsync(recordingId, cancellationToken);
        return TypedResults.Json(new RecordingUrl(url), RecordingsJson.Default.RecordingUrl);
    }

    private static ProblemHttpResult NoSuchId() => Problem.Answer(
        StatusCodes.Status404NotFound, "No recording has such an id: they have only A-Z, a-z, 0-9, - and _.");
}
