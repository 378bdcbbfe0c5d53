using System.Text;
using MeetWebhooks.Mirror;
using static MeetWebhooks.Tests.Mirror.MirrorPayload;

namespace MeetWebhooks.Tests.Mirror;

public sealed class MirrorItemTests
{
    [Theory]
    [InlineData("http://a:9080/room/r?secret=1", "/room/r?secret=1")]
    [InlineData("HTTPS://a/meet/room/r#x", "/meet/room/r#x")]
    [InlineData("http://a", "/")]
    [InlineData("http://[::1]:1/x//y", "/x//y")]
    [InlineData("/room/r", "/room/r")]
    [InlineData("", "")]
    [InlineData("ftp://a/b", "ftp://a/b")]
    [InlineData("http://a/\\u00e9\\\"", "/é\\\"")]
    public void A_link_loses_its_host(string link, string kept)
    {
        Assert.Equal(With(kept), Encoding.UTF8.GetString(MirrorItem.Normalize(Item(With(link))).Bytes));

        static string With(string link) =>
            $$$$"""{"moderatorUrl":"{{{{link}}}}","access":{"a":{"url":"{{{{link}}}}"}}}""";
    }

    [Theory]
    [InlineData("""{"roomName":"http://a/b","curl":"http://a/b","URL":"http://a/b","url":1,"urls":["http://a/b"]}""")]
    [InlineData("""{ "n":1.50 , "x":"\u0041\ud83d\ude80", "y" : [ ], "z":null}""")]
    [InlineData("""{"x":{},"config":{"chat":{"enabled":true}},"roles":{}}""")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void All_else_stays_as_it_came(string json) =>
        Assert.True(MirrorItem.Normalize(Item(json)).IsSame(Item(json)));

    [Fact]
    public void The_text_of_a_number_survives() =>
        Assert.Equal(
            """{"startDate":1795442584227.7742,"n":1.50}""",
            Encoding.UTF8.GetString(
                MirrorItem.Normalize(Item("""{"startDate":1795442584227.7742, "n":1.50}""")).Bytes));

    [Fact]
    public void What_lists_leave_out_is_left_out()
    {
        var item = MirrorItem.Normalize(Item("""
            {"config":{},"access":{"config":1,"roles":2,"_extraFields":3},"roles":[],"_extraFields":["config"],"x":1}
            """));

        Assert.True(item.IsSame(Item("""{"access":{"config":1,"roles":2,"_extraFields":3},"x":1}""")));
        Assert.True(MirrorItem.Normalize(Item("""{"_extraFields":[],"x":1}""")).IsSame(Item("""{"x":1}""")));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2.0,"a":1e0}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    [InlineData("""{"a":"\u0041"}""", """{"a":"A"}""", true)]
    public void Items_are_compared_by_what_they_say(string left, string right, bool isSame) =>
        Assert.Equal(isSame, Item(left).IsSame(Item(right)));

    [Fact]
    public void An_item_shows_none_of_its_content_as_text() =>
        Assert.DoesNotContain("secret", $"{Item("""{"url":"http://a/b?secret=1"}""")}", StringComparison.Ordinal);
}
