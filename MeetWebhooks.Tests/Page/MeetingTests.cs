using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Page;

/// <summary>Meetings, from joining to leaving.</summary>
[Collection(nameof(PageFixture))]
public sealed class MeetingTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task A_meeting_with_a_recording_goes_its_way_and_everybody_sees_it()
    {
        var moderator = await Fixture.OpenAsync("/");
        var other = await Fixture.OpenAsync("/", replica: 1);
        await CreateAsync(moderator, "Design review");

        await Row(moderator, "Design review").GetByText("Join as moderator").ClickAsync();
        var room = moderator.FrameLocator("iframe");
        await room.Locator("#name").FillAsync("Ada");
        await room.GetByText("Join meeting").ClickAsync();
        await Expect(moderator.Locator("#meeting-title")).ToHaveTextAsync("Design review");
        await Expect(moderator.Locator("#end-meeting")).ToBeVisibleAsync();
        await Expect(Badge(other, "Design review")).ToHaveTextAsync("ACTIVE");

        await Row(other, "Design review").GetByText("Join as speaker").ClickAsync();
        await other.FrameLocator("iframe").GetByText("Join meeting").ClickAsync();
        await Expect(room.Locator("#people li")).ToHaveCountAsync(2);
        await Expect(other.Locator("#end-meeting")).ToBeHiddenAsync();

        await room.GetByText("Start recording").ClickAsync();
        await room.GetByText("Stop recording").ClickAsync();
        await Expect(room.GetByText("Play")).ToBeVisibleAsync();
        await PageFixture.KeepPictureAsync(moderator, "meeting-light");

        await moderator.ClickAsync("#end-meeting");
        await Expect(moderator.Locator("#toast")).ToHaveTextAsync("You ended the meeting");
        await Expect(other.Locator("#toast")).ToHaveTextAsync("The meeting was ended by the moderator");
        await Expect(Badge(other, "Design review")).ToHaveTextAsync("OPEN");

        await Row(other, "Design review").GetByText("Recordings").ClickAsync();
        await Expect(other).ToHaveURLAsync(new Regex(@"/recordings\?room=Design\+review$"));
        await other.Locator("#recordings").GetByText("Play").ClickAsync();
        var video = other.FrameLocator("iframe").Locator("video");
        await Expect(video).ToBeVisibleAsync();
        await Eventually.TrueAsync(async () => await video.EvaluateAsync<int>("video => video.readyState") >= 2);
    }

    [Fact]
    public async Task With_Meet_down_from_the_start_the_page_says_what_to_check()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Meet:ServerUrl", "http://127.0.0.1:1"), MeetWebhooksApplication.WithLists]);
        var person = await Fixture.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.GotoAsync(application.FrontDoor.BaseAddress!.ToString());

        await Expect(page.Locator("#rooms-problem")).ToContainTextAsync("Check that it runs");
        await ExpectStateAsync(page, "connecting");

        await page.GotoAsync($"{application.FrontDoor.BaseAddress}rooms/any-room");
        await Expect(page.Locator("#meeting-problem")).ToContainTextAsync("Check that it runs");
    }

    [Fact]
    public async Task Who_is_sent_away_is_told_once_why_and_the_back_button_does_not_lead_in_again()
    {
        var page = await Fixture.OpenAsync("/");
        await EnterNewRoomAsync(page, "Sent away");
        var steps = await page.EvaluateAsync<int>("history.length");

        // Newer versions tell everything under an old and a new name.
        await page.Locator("openvidu-meet").EvaluateAsync(
            """
            element => {
              const detail = { reason: 'participant_kicked' };
              for (const name of ['left', 'meetingLeft']) element.dispatchEvent(new CustomEvent(name, { detail }));
              for (const name of ['closed', 'meetingClosed']) element.dispatchEvent(new CustomEvent(name));
            }
            """);

        await Expect(page.Locator("#toast")).ToHaveTextAsync("You were removed from the meeting");
        await Expect(page.Locator("#rooms-view")).ToBeVisibleAsync();
        await Expect(page.Locator("openvidu-meet")).ToHaveCountAsync(0);
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
        Assert.Equal(steps, await page.EvaluateAsync<int>("history.length"));
    }

    [Fact]
    public async Task A_moderator_ends_the_meeting_also_where_the_component_has_but_the_new_names()
    {
        var page = await Fixture.OpenAsync("/");
        await EnterNewRoomAsync(page, "New names", "moderator");
        await page.Locator("openvidu-meet").EvaluateAsync(
            """
            element => {
              Object.assign(element, { endMeeting: undefined, meetingEnd: () => { document.title = 'ended'; } });
              element.dispatchEvent(new CustomEvent('meetingJoined', { detail: {} }));
            }
            """);

        await page.ClickAsync("#end-meeting");

        await Expect(page).ToHaveTitleAsync("ended");
    }

    [Fact]
    public async Task Skipping_to_the_content_does_not_leave_the_meeting()
    {
        var page = await Fixture.OpenAsync("/");
        await EnterNewRoomAsync(page, "Skipped to");
        await page.Locator("openvidu-meet").EvaluateAsync("element => { window.same = element; }");

        await page.FocusAsync(".skip");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("#main$"));
        Assert.True(await page.EvaluateAsync<bool>("window.same.isConnected"));
    }

    [Fact]
    public async Task Where_the_component_cannot_be_loaded_the_page_says_what_to_check_and_tries_again()
    {
        var person = await Fixture.NewPersonAsync();
        await person.RouteAsync("**/openvidu-meet.js", route => route.AbortAsync());
        var page = await Fixture.OpenAsync(person, "/");
        await CreateAsync(page, "Unreachable");

        await Row(page, "Unreachable").GetByText("Join as speaker").ClickAsync();
        await Expect(page.Locator("#meeting-problem")).ToContainTextAsync("Check that OpenVidu Meet runs");
        await person.UnrouteAsync("**/openvidu-meet.js");
        await page.GetByText("Try again").ClickAsync();

        await Expect(page.FrameLocator("iframe").GetByText("Join meeting")).ToBeVisibleAsync();
        await Expect(page.Locator("#meeting-problem")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_meeting_fills_the_view(bool isPhone)
    {
        var page = await Fixture.OpenAsync("/", isPhone: isPhone);
        await EnterNewRoomAsync(page, $"Large {isPhone}");

        var box = (await page.Locator("openvidu-meet").BoundingBoxAsync())!;

        var screen = page.ViewportSize!;
        Assert.InRange(box.Width, screen.Width * 0.9, screen.Width);
        Assert.InRange(box.Height, screen.Height * 0.8, screen.Height);
        Assert.InRange(box.Y + box.Height, 0, screen.Height);
    }
}
