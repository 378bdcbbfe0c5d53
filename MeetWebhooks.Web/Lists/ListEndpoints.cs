using System.Globalization;
using MeetWebhooks.Mirror.Following;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Sources;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MeetWebhooks.Web.Lists;

/// <summary>
/// Answers with lists from this replica's memory, exact at the position in <c>Last-Event-ID</c>. An answer comes within a
/// second, and may then be as old as its <c>Age</c> says.
/// </summary>
internal sealed class ListEndpoints(LiveMirror mirror, ListBodies bodies, ApiReports api, TimeProvider time)
{
    /// <summary>How long an answer may take.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(1);

    /// <summary>How much of that may pass before what is known already is encoded.</summary>
    private static readonly TimeSpan LongestCatchUp = LongestAnswer / 2;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Answers <c>GET /rooms</c>.</summary>
    public Task AnswerRoomsAsync(HttpContext context) => AnswerAsync(context, bodies.Rooms);

    /// <summary>Answers <c>GET /recordings?room=</c>.</summary>
    public Task AnswerRecordingsAsync(HttpContext context)
    {
        var roomName = context.Request.Query["room"].ToString().Trim();
        return AnswerAsync(context, (view, encoding) => bodies.Recordings(view, roomName, encoding));
    }

    /// <summary>Answers <c>GET /now</c> and <c>GET /now?recordings=all</c>.</summary>
    public Task AnswerNowAsync(HttpContext context) => AnswerAsync(
        context, context.Request.Query["recordings"] == "all" ? bodies.NowWithAllRecordings : bodies.Now);

    private async Task AnswerAsync(HttpContext context, Func<MirrorView, string?, EncodedList> listOf)
    {
        var start = time.GetTimestamp();
        var asked = api.AskForReadingAsync();
        await CatchUpAsync(context.RequestAborted);
        while (!mirror.View.State.IsComplete)
        {
            var isFailed = asked.IsCompleted && ProblemOf(await asked) is not null;
            if (isFailed || time.GetElapsedTime(start) >= LongestAnswer)
            {
                await NothingKnownAsync(context, asked);
                return;
            }

            await Task.Delay(Tick, time, context.RequestAborted);
        }

        var encoding = CompressedBody.ChooseEncoding(context.Request.Headers.AcceptEncoding);
        var newest = listOf(mirror.View, encoding);
        if (IsKnown(context.Request, TagOf(newest, encoding)))
        {
            SetHeaders(context.Response, newest, encoding);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var list = await IsEncodedAsync(newest, LongestAnswer - time.GetElapsedTime(start), context.RequestAborted)
            ? newest
            : newest.Before;
        if (list is null)
        {
            await NothingKnownAsync(context, asked);
            return;
        }

        SetHeaders(context.Response, list, encoding);
        context.Response.ContentType = "application/json; charset=utf-8";
        await (await list.Body).AnswerAsync(context, encoding);
    }

    private void SetHeaders(HttpResponse response, EncodedList list, string? encoding)
    {
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        response.Headers.ETag = TagOf(list, encoding);
        response.Headers["Last-Event-ID"] = list.Position.ToString();
        response.Headers.Age = Math.Floor(Math.Max(0, time.GetElapsedTime(list.AsOf).TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
    }

    private static string TagOf(EncodedList list, string? encoding) =>
        $"\"{list.Position}{(encoding is null ? "" : "-" + encoding)}\"";

    private async Task<bool> IsEncodedAsync(EncodedList list, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await list.Body.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Takes in what the log has, so that an answer contains what a command was answered before.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mirror.RefreshAsync().WaitAsync(LongestCatchUp, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What is known is better than nothing; its age tells.
        }
    }

    private static async Task NothingKnownAsync(HttpContext context, Task<ReconciliationReport?> asked)
    {
        context.Response.Headers.CacheControl = "no-store";
        var problem = asked.IsCompleted ? ProblemOf(await asked) : null;
        problem ??= Problem.Unavailable(
            context.Response, "What rooms and recordings there are is not known yet. Try again in a moment.");
        await problem.ExecuteAsync(context);
    }

    /// <summary>Why nothing may be known; null where the Api has no reason.</summary>
    private static ProblemHttpResult? ProblemOf(ReconciliationReport? report) => report switch
    {
        null => Problem.Answer(
            StatusCodes.Status503ServiceUnavailable, "The Api does not answer. Check that it runs; then try again."),
        { Failure: { } failure } => Problem.Answer(report.FailureStatus ?? StatusCodes.Status502BadGateway, failure),
        _ => null,
    };

    private static bool IsKnown(HttpRequest request, string tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == tag || known.Tag == "*");
}
