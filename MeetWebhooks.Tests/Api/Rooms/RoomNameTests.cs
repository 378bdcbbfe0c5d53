using System.Text.Json;
using MeetWebhooks.Api.Rooms;
using MeetWebhooks.Tests.Captures;

namespace MeetWebhooks.Tests.Api.Rooms;

public sealed class RoomNameTests
{
    [Theory]
    [InlineData("rooms-unreachable-emoji-after-hyphen-create")]
    [InlineData("rooms-unreachable-hyphen-then-underscore-create")]
    [InlineData("rooms-unreachable-non-latin-before-hyphen-create")]
    [InlineData("rooms-unreachable-only-symbols-create")]
    [InlineData("rooms-unreachable-two-spaced-hyphens-create")]
    public void A_name_that_gave_a_real_Meet_an_unreachable_room_is_refused(string capture)
    {
        var refusal = RoomName.Refusal(NameIn(capture));

        Assert.Contains("letters A to Z, digits and blanks", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rooms-create")]
    [InlineData("rooms-create-hostile-name")]
    public void A_name_that_gave_a_real_Meet_a_reachable_room_is_taken(string capture) =>
        Assert.Null(RoomName.Refusal(NameIn(capture)));

    [Theory]
    [InlineData("   ")]
    [InlineData("\u3000\ufeff")]
    [InlineData("-")]
    [InlineData("_-")]
    [InlineData("_-a")]
    [InlineData("会議室")]
    [InlineData("a - -b")]
    [InlineData("a-\ufeff-b")]
    [InlineData("a_ _b")]
    [InlineData("Team -_")]
    public void A_name_whose_id_would_change_when_it_is_cleaned_again_is_refused(string name) =>
        Assert.NotNull(RoomName.Refusal(name));

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("  Team  ")]
    [InlineData("Q1 - Q2")]
    [InlineData("a--b__c")]
    [InlineData("-Team-")]
    [InlineData(" - Team")]
    [InlineData("Team_-")]
    [InlineData("Team _ -")]
    [InlineData("a-\u0085-b")]
    [InlineData("Zoë 🚀")]
    [InlineData("a\u2028b")]
    [InlineData("tab\tand\r\nlines")]
    public void A_name_whose_id_stays_the_same_is_taken(string name) => Assert.Null(RoomName.Refusal(name));

    [Fact]
    public void A_name_has_at_most_50_UTF_16_units()
    {
        Assert.Null(RoomName.Refusal(new string('x', 50)));
        Assert.Contains("50", RoomName.Refusal(new string('x', 51)), StringComparison.Ordinal);
        Assert.Contains("50", RoomName.Refusal(new string('x', 49) + "😀"), StringComparison.Ordinal);
    }

    private static string NameIn(string capture) =>
        JsonElement.Parse(RestExchange.Read(capture).RequestBody!).GetProperty("roomName").GetString()!;
}
