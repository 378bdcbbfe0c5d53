using System.Globalization;
using MeetWebhooks.Mirror;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web.Lists;

/// <summary>
/// Answers with lists from this replica's memory, exact at the position in <c>Last-Event-ID</c>. An answer waits for the log at
/// most a second, and then is as old as its <c>Age</c> says.
/// </summary>
internal sealed class ListEndpoints(LiveMirror mirror, ListBodies bodies, ReadingRequests readings, TimeProvider time)
{
    /// <summary>How long an answer waits.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Answers <c>GET /rooms</c>.</summary>
    public Task AnswerRoomsAsync(HttpContext context) => AnswerAsync(context, bodies.Rooms);

    /// <summary>Answers <c>GET /recordings?room=</c>.</summary>
    public Task AnswerRecordingsAsync(HttpContext context)
    {
        var roomName = context.Request.Query["room"].ToString().Trim();
        return AnswerAsync(context, state => bodies.Recordings(state, roomName));
    }

    /// <summary>Answers <c>GET /now</c>.</summary>
    public Task AnswerNowAsync(HttpContext context) => AnswerAsync(context, bodies.Now);

    private async Task AnswerAsync(HttpContext context, Func<MirrorState, CompressedBody> bodyOf)
    {
        var start = time.GetTimestamp();
        var asked = readings.AskAsync();
        await CatchUpAsync(context.RequestAborted);
        while (!mirror.View.State.IsComplete)
        {
            var isFailed = asked.IsCompleted && await asked is not null;
            if (isFailed || time.GetElapsedTime(start) >= LongestWait)
            {
                await NothingKnownAsync(context, asked);
                return;
            }

            await Task.Delay(Tick, time, context.RequestAborted);
        }

        var view = mirror.View;
        var encoding = CompressedBody.ChooseEncoding(context.Request.Headers.AcceptEncoding);
        var tag = $"\"{view.Position}{(encoding is null ? "" : "-" + encoding)}\"";
        var response = context.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        response.Headers.ETag = tag;
        response.Headers["Last-Event-ID"] = view.Position.ToString();
        response.Headers.Age = Math.Floor(mirror.Age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        await bodyOf(view.State).AnswerAsync(context, encoding);
    }

    /// <summary>Takes in what the log has, so that an answer contains what a command was answered before.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mirror.RefreshAsync().WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What is known is better than nothing; its age tells.
        }
    }

    private static async Task NothingKnownAsync(HttpContext context, Task<ProblemHttpResult?> asked)
    {
        context.Response.Headers.CacheControl = "no-store";
        var problem = asked.IsCompleted ? await asked : null;
        problem ??= Problem.Unavailable(
            context.Response, "What rooms and recordings there are is not known yet. Try again in a moment.");
        await problem.ExecuteAsync(context);
    }

    private static bool IsKnown(HttpRequest request, string tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == tag || known.Tag == "*");
}
