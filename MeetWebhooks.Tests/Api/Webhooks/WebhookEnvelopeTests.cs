using System.Text;
using MeetWebhooks.Api.Webhooks;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Api.Webhooks;

public sealed class WebhookEnvelopeTests
{
    [Fact]
    public void Every_captured_body_is_an_event_and_names_its_room()
    {
        foreach (var delivery in Delivery.AllCaptured())
        {
            var envelope = WebhookEnvelope.TryRead(delivery.Body);

            Assert.NotNull(envelope);
            Assert.StartsWith($$"""{"event":"{{envelope.Event}}",""", delivery.Json, StringComparison.Ordinal);
            if (envelope.Event == "testEvent")
                Assert.Null(envelope.RoomId);
            else
                Assert.Contains($"\"roomId\":\"{envelope.RoomId}\"", delivery.Json, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"event":"somethingNew","creationDate":1,"data":{}}""")]
    [InlineData("""{"data":{"a":[{"b":{}}]},"creationDate":1.5e3,"more":[1,{"x":null}],"event":"x"}""")]
    [InlineData("  {\r\n\t\"event\" : \"x\" ,\n \"creationDate\":1,\"data\":{} }\r\n ")]
    [InlineData("""{"event":"x","creationDate":1,"data":{"roomId":7}}""")]
    [InlineData("""{"event":"日本 🚀 \u2028","creationDate":1,"data":{}}""")]
    public void An_object_with_event_date_and_data_is_an_event_whatever_else_it_has(string json) =>
        Assert.NotNull(WebhookEnvelope.TryRead(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"event\"")]
    [InlineData("""{"event":"x","creationDate":1}""")]
    [InlineData("""{"event":"x","data":{}}""")]
    [InlineData("""{"creationDate":1,"data":{}}""")]
    [InlineData("""{"event":"","creationDate":1,"data":{}}""")]
    [InlineData("""{"event":null,"creationDate":1,"data":{}}""")]
    [InlineData("""{"event":7,"creationDate":1,"data":{}}""")]
    [InlineData("""{"event":"x","creationDate":"1","data":{}}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":[]}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":{}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":{}}}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":{}} x""")]
    [InlineData("""{"event":"x","creationDate":1,"data":{}}{"event":"y","creationDate":1,"data":{}}""")]
    [InlineData("""{"event":"x","creationDate":1,"data":{},}""")]
    [InlineData("""{"event":"x","creationDate":01,"data":{}}""")]
    [InlineData("""{"event":"x","creationDate":NaN,"data":{}}""")]
    [InlineData("""{"event":"\ud800","creationDate":1,"data":{}}""")]
    [InlineData("""{/*no*/"event":"x","creationDate":1,"data":{}}""")]
    [InlineData("\uFEFF{\"event\":\"x\",\"creationDate\":1,\"data\":{}}")]
    [InlineData("{\"event\":\"x\u0000\",\"creationDate\":1,\"data\":{}}")]
    public void Anything_else_is_not_an_event(string json) =>
        Assert.Null(WebhookEnvelope.TryRead(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("a\\nb", "a\uFFFDb")]
    [InlineData("a\\r\\u001b[31mb", "a\uFFFD\uFFFD[31mb")]
    [InlineData("\\u0000\\u007f\\u009b", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("\\u2028\\u2029\\u0085", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("\\u202Egpj.exe\\u2066\\u200b\\ufeff", "\uFFFDgpj.exe\uFFFD\uFFFD\uFFFD")]
    [InlineData("\\udb40\\udc01\\ue000", "\uFFFD\uFFFD")]
    [InlineData("日本 🚀 é", "日本 🚀 é")]
    public void A_character_that_controls_a_terminal_is_not_kept(string json, string text)
    {
        var envelope = WebhookEnvelope.TryRead(Encoding.UTF8.GetBytes(
            $$$"""{"event":"{{{json}}}","creationDate":1,"data":{"roomId":"{{{json}}}"}}"""));

        Assert.Equal(new WebhookEnvelope(text, text), envelope);
    }

    [Fact]
    public void A_long_text_is_not_kept_whole()
    {
        var name = new string('x', 100_000);
        var envelope = WebhookEnvelope.TryRead(Encoding.UTF8.GetBytes(
            $$$"""{"event":"{{{name}}}","creationDate":1,"data":{"roomId":"x{{{Rockets(100_000)}}}"}}"""));

        Assert.Equal(new string('x', 200) + "…", envelope?.Event);
        Assert.Equal($"x{Rockets(99)}…", envelope?.RoomId);

        static string Rockets(int count) => string.Concat(Enumerable.Repeat("🚀", count));
    }

    [Fact]
    public void Bytes_that_are_not_utf_8_are_not_an_event() =>
        Assert.Null(WebhookEnvelope.TryRead(
            [.. "{\"event\":\"x"u8, 0xC3, 0x28, .. "\",\"creationDate\":1,\"data\":{}}"u8]));

    [Fact]
    public void Nesting_without_end_is_not_an_event() =>
        Assert.Null(WebhookEnvelope.TryRead(Encoding.UTF8.GetBytes(
            "{\"event\":\"x\",\"creationDate\":1,\"data\":" + string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));
}
