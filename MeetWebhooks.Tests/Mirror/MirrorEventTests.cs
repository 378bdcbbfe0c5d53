using System.Text;
using System.Text.Json;
using MeetWebhooks.Mirror;
using static MeetWebhooks.Tests.Mirror.MirrorPayload;

namespace MeetWebhooks.Tests.Mirror;

public sealed class MirrorEventTests
{
    [Theory]
    [InlineData("command", "meetingStarted", EventSource.Command)]
    [InlineData("reconciliation", "meetingStarted", EventSource.Reconciliation)]
    [InlineData("somebody", "meetingStarted", EventSource.Webhook)]
    [InlineData(null, "meetingStarted", EventSource.Webhook)]
    [InlineData(null, "recordingUpdated", EventSource.Webhook)]
    [InlineData(null, "roomCreated", EventSource.Command)]
    [InlineData(null, "roomUpdated", EventSource.Command)]
    [InlineData(null, "roomDeleted", EventSource.Command)]
    [InlineData(null, "recordingDeleted", EventSource.Command)]
    [InlineData("reconciliation", "roomDeleted", EventSource.Reconciliation)]
    public void An_event_has_its_name_its_date_and_its_source(string? source, string name, EventSource expected)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new { @event = name, source, creationDate = 1.5, data = new { roomId = "a" } });

        Assert.True(MirrorEvent.TryRead(payload, out var read));
        Assert.Equal((name, 1.5, expected), (read.Name, read.Date, read.Source));
        Assert.Equal("a", read.Data.Text("roomId"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"event":"x","creationDate":1}""")]
    [InlineData("""{"event":"x","data":{}}""")]
    [InlineData("""{"creationDate":1,"data":{}}""")]
    [InlineData("""{"event":"x","creationDate":"1","data":{}}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":[]}""")]
    [InlineData("""{"event":1,"creationDate":1,"data":{}}""")]
    public void What_has_not_the_form_of_a_webhook_is_no_event(string payload) =>
        Assert.False(MirrorEvent.TryRead(Encoding.UTF8.GetBytes(payload), out _));

    [Theory]
    [InlineData(ItemKind.Room, true, "roomCreated")]
    [InlineData(ItemKind.Room, false, "roomUpdated")]
    [InlineData(ItemKind.Recording, true, "recordingUpdated")]
    [InlineData(ItemKind.Recording, false, "recordingUpdated")]
    public void Our_own_events_carry_the_item_byte_for_byte(ItemKind kind, bool isNew, string name)
    {
        var payload = MirrorEvent.Updated(
            kind, isNew, Item("""{ "n":1.50, "x":"\u0041" }"""), EventSource.Command, Start);

        Assert.Equal(
            $$$"""
            {"event":"{{{name}}}","creationDate":1800000000000,"source":"command","data":{ "n":1.50, "x":"\u0041" }}
            """,
            Encoding.UTF8.GetString(payload));
    }

    [Fact]
    public void A_deletion_names_what_is_gone()
    {
        Assert.Equal(
            """{"event":"roomDeleted","creationDate":1800000000000,"source":"command","data":{"roomId":"a"}}""",
            Encoding.UTF8.GetString(RoomDeleted("a")));
        Assert.Equal(
            """{"event":"recordingDeleted","creationDate":1800000000000,"source":"reconciliation","data":"""
            + """{"roomId":"a-1","recordingId":"a-1--EG_x--y"}}""",
            Encoding.UTF8.GetString(RecordingDeleted("a-1--EG_x--y", EventSource.Reconciliation)));
        Assert.Equal(
            """
            {"event":"recordingDeleted","creationDate":1800000000000,"source":"command","data":{"recordingId":"x"}}
            """,
            Encoding.UTF8.GetString(RecordingDeleted("x")));
    }

    [Fact]
    public void Only_an_event_of_a_stored_snapshot_is_for_mirrors_alone()
    {
        var stored = MirrorEvent.Stored("s1", replaces: true, Start);

        Assert.True(MirrorEvent.IsForMirrorsOnly(stored));
        Assert.True(MirrorEvent.TryRead(stored, out var read));
        Assert.Equal("s1", read.Data.Text("snapshot"));
        Assert.True(read.Data.Flag("replaces"));
        Assert.False(MirrorEvent.IsForMirrorsOnly(MeetingStarted("a", 1)));
        Assert.False(MirrorEvent.IsForMirrorsOnly(RoomDeleted("a")));
        Assert.False(MirrorEvent.IsForMirrorsOnly([]));
    }
}
