using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Benchmarks.Mirror;

/// <summary>One reading of both lists, as OpenVidu Meet saw it.</summary>
/// <param name="BeganAt">When the first request came, in the ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Time">From the first request to the last answer.</param>
/// <param name="Requests">How many requests it took.</param>
internal sealed record MeetReading(long BeganAt, TimeSpan Time, int Requests);

/// <summary>
/// An OpenVidu Meet in this process whose rooms and recordings look like those of 3.4.0 and never change. Its pages are
/// made beforehand, so that it costs next to nothing.
/// </summary>
internal sealed class FakeMeet : IAsyncDisposable
{
    private const int PageSize = 100;

    private readonly WebApplication _app;
    private readonly byte[][] _rooms;
    private readonly byte[][] _recordings;
    private readonly Channel<MeetReading> _readings = Channel.CreateUnbounded<MeetReading>();
    private long _beganAt;
    private int _requests;

    private FakeMeet(WebApplication app, int rooms, int recordings)
    {
        var random = new Random(1);
        var roomIds = Enumerable.Range(0, rooms).Select(n => $"Weeklymeeting{n}-{Id(random, 15)}").ToArray();
        _rooms = Pages("rooms", roomIds.Select((id, n) => Room(id, n, random)));
        _recordings = Pages("recordings", Enumerable.Range(0, recordings)
            .Select(n => Recording(roomIds.Length == 0 ? "gone" : roomIds[n % roomIds.Length], n, random)));
        _app = app;
        app.MapGet("/api/v1/rooms", (HttpContext context) => AnswerAsync(context, _rooms));
        app.MapGet("/api/v1/recordings", (HttpContext context) => AnswerAsync(context, _recordings));
    }

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Starts it on a free port.</summary>
    public static async Task<FakeMeet> StartAsync(int rooms, int recordings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var meet = new FakeMeet(builder.Build(), rooms, recordings);
        await meet._app.StartAsync();
        return meet;
    }

    /// <summary>Waits until a reading that begins after the call has ended.</summary>
    public async Task<MeetReading> NextReadingAsync(CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        MeetReading reading;
        do
            reading = await _readings.Reader.ReadAsync(cancellationToken);
        while (reading.BeganAt < now);
        return reading;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // One Api reads, one page after another: first the rooms, then the recordings.
    private async Task AnswerAsync(HttpContext context, byte[][] pages)
    {
        var page = int.Parse(context.Request.Query["nextPageToken"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        if (pages == _rooms && page == 0)
            (_beganAt, _requests) = (Stopwatch.GetTimestamp(), 0);
        _requests++;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = pages[page].Length;
        await context.Response.Body.WriteAsync(pages[page], context.RequestAborted);
        if (pages == _recordings && page == pages.Length - 1)
            _readings.Writer.TryWrite(new MeetReading(_beganAt, Stopwatch.GetElapsedTime(_beganAt), _requests));
    }

    private static byte[][] Pages(string list, IEnumerable<string> items)
    {
        var pages = items.Chunk(PageSize).DefaultIfEmpty([]).ToArray();
        return [.. pages.Select((page, n) => Encoding.UTF8.GetBytes(
            $$"""{"{{list}}":[{{string.Join(',', page)}}],"pagination":{{Pagination(n + 1)}}}"""))];

        string Pagination(int next) => next < pages.Length
            ? $$"""{"isTruncated":true,"nextPageToken":"{{next}}","maxItems":{{PageSize}}}"""
            : $$"""{"isTruncated":false,"maxItems":{{PageSize}}}""";
    }

    private static string Room(string id, int n, Random random) =>
        $$$"""
        {"roomId":"{{{id}}}","roomName":"Weekly meeting {{{n}}}","creationDate":{{{1795442582355 + n}}},
        "autoDeletionPolicy":{"withMeeting":"when_meeting_ends","withRecordings":"close"},
        "config":{"recording":{"enabled":true,"allowAccessTo":"admin_moderator_speaker"},"chat":{"enabled":true},
        "virtualBackground":{"enabled":true}},
        "moderatorUrl":"http://127.0.0.1:9080/room/{{{id}}}?secret={{{random.GetHexString(10, lowercase: true)}}}",
        "speakerUrl":"http://127.0.0.1:9080/room/{{{id}}}?secret={{{random.GetHexString(10, lowercase: true)}}}",
        "status":"{{{(n % 20 == 0 ? "active_meeting" : "open")}}}","meetingEndAction":"none"}
        """.ReplaceLineEndings("");

    private static string Recording(string roomId, int n, Random random)
    {
        var id = Id(random, 4);
        return $$"""
            {"recordingId":"{{roomId}}--EG_{{Id(random, 12)}}--{{id}}","roomId":"{{roomId}}",
            "roomName":"Weekly meeting {{n}}","status":"complete","filename":"{{roomId}}--{{id}}.mp4",
            "startDate":{{1795442584227 + n}}.7742,"endDate":{{1795446184227 + n}}.7742,
            "duration":3600.345678901000001,"size":{{random.Next(1_000_000, 1_000_000_000)}}}
            """.ReplaceLineEndings("");
    }

    private static string Id(Random random, int length) => random.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
