namespace MeetWebhooks.Simulator.Pages;

/// <summary>What a browser sees: the web component, the rooms, the recordings, and a page about the simulator itself.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Html("home.html"));
        app.MapGet("/room/{roomId}", () => Html("room.html"));
        app.MapGet("/recording/{recordingId}", () => Html("recording.html"));
        app.MapGet("/v1/openvidu-meet.js", () => File("openvidu-meet.js", "text/javascript; charset=utf-8"));
        app.MapGet("/simulator/{file}", (string file) => file switch
        {
            "home.js" or "room.js" or "recording.js" => File(file, "text/javascript; charset=utf-8"),
            "simulator.css" => File(file, "text/css; charset=utf-8"),
            _ => Results.NotFound(),
        });
    }

    private static IResult Html(string name) => File(name, "text/html; charset=utf-8");

    private static IResult File(string name, string type) => Results.Bytes(EmbeddedFile.Read($"Pages/{name}"), type);
}
