using System.Buffers;
using System.Text.Json;
using MeetWebhooks.Mirror;
using MeetWebhooks.Tests.Captures;
using MeetWebhooks.Web.Changes;
using MeetWebhooks.Web.Page;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Web.Changes;

/// <summary>Rooms and recordings of real OpenVidu Meet servers, as the page gets them.</summary>
public sealed class PageItemTests
{
    public static TheoryData<string> Versions => CaptureFile.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_room_is_small_and_has_links_that_lead_to_Meet(string version)
    {
        var rooms = Captured(version, "rooms").ToList();

        Assert.NotEmpty(rooms);
        Assert.All(rooms, room =>
        {
            var shown = Write(json => Items("https://meet.example/meet").WriteRoom(json, MirrorItem.Normalize(room), 3));
            Assert.Equal(room.Text("roomId"), shown.GetProperty("roomId").GetString());
            Assert.Equal(room.Text("status"), shown.GetProperty("status").GetString());
            Assert.Equal(3, shown.GetProperty("recordingCount").GetInt32());
            foreach (var role in (string[])["moderator", "speaker"])
            {
                // A link is missing where it is off, and where who asked may not see it.
                var access = room.Item("access")?.Item("anonymous")?.Item(role);
                var isOff = room.Text(role + "Url") is null && (access?.Flag("enabled") != true || access.Value.Text("url") is null);
                Assert.NotEqual(isOff, shown.TryGetProperty(role + "Url", out var link));
                if (!isOff)
                    Assert.Matches(@"^https://meet\.example/meet/room/[^?]+\?secret=\w+$", link.GetString());
            }

            Assert.InRange(shown.GetRawText().Length, 1, 800);
        });
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_recording_has_what_the_page_shows(string version)
    {
        var recordings = Captured(version, "recordings").ToList();

        Assert.NotEmpty(recordings);
        Assert.All(recordings, recording =>
        {
            var shown = Write(json => PageItems.WriteRecording(json, MirrorItem.Normalize(recording)));
            Assert.Equal(recording.Text("recordingId"), shown.GetProperty("recordingId").GetString());
            Assert.Equal(recording.Text("status"), shown.GetProperty("status").GetString());
        });
    }

    [Fact]
    public void A_role_that_cannot_join_without_an_account_has_no_link()
    {
        var room = new MeetItem(JsonElement.Parse(
            """
            {"roomId":"a","access":{"anonymous":{
              "moderator":{"enabled":false,"url":"/room/a?secret=m"},"speaker":{"enabled":true,"url":"/room/a?secret=s"}}}}
            """));

        var shown = Write(json => Items("http://meet.example").WriteRoom(json, room, 0));

        Assert.False(shown.TryGetProperty("moderatorUrl", out _));
        Assert.Equal("http://meet.example/room/a?secret=s", shown.GetProperty("speakerUrl").GetString());
    }

    private static PageItems Items(string meet) => new(new MeetLinks(Options.Create(new PageOptions { MeetUrl = meet })));

    private static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, ChangeFrames.Json))
            write(json);
        return JsonElement.Parse(output.WrittenSpan);
    }

    private static IEnumerable<MeetItem> Captured(string version, string list) =>
        from name in CaptureFile.Rest(version).Keys
        let exchange = RestExchange.Read(name, version)
        where exchange.Method == "GET" && exchange.Status == 200 && exchange.Answer.ValueKind == JsonValueKind.Object
            && !exchange.Path.Contains("fields=", StringComparison.Ordinal)
            && !exchange.Headers.Any(header => header.Name == "X-Fields")
        from item in new MeetItem(exchange.Answer).Items(list) ?? []
        select item;
}
