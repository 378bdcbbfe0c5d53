using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Page;

/// <summary>What a person does with recordings.</summary>
[Collection(nameof(PageFixture))]
public sealed class RecordingsTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task A_recording_that_failed_is_not_offered_for_playing()
    {
        var page = await Fixture.OpenAsync("/recordings");
        foreach (var status in (string[])["complete", "failed", "aborted", "limit_reached", "active"])
        {
            await DeliverAsync("recordingEnded", new JsonObject
            {
                ["recordingId"] = $"r-{status}", ["roomId"] = "r", ["roomName"] = status, ["status"] = status, ["startDate"] = 1.5,
            });
        }

        await Expect(page.Locator("#recordings li[data-key=r-active]")).ToBeVisibleAsync();
        await Expect(page.Locator("li[data-key=r-complete] [data-role=play]")).ToBeVisibleAsync();
        foreach (var status in (string[])["failed", "aborted", "limit_reached", "active"])
            await Expect(page.Locator($"li[data-key=r-{status}] [data-role=play]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task After_playing_one_the_way_back_leads_to_the_recordings_as_they_were_filtered()
    {
        var page = await Fixture.OpenAsync("/");
        await RecordAsync(await CreateAsync(page, "Filtered room"));

        await page.GotoAsync(new Uri(new Uri(page.Url), "/recordings?room=Filtered").ToString());
        await page.Locator("#recordings").GetByText("Play").ClickAsync();
        await Expect(page).ToHaveTitleAsync("Recording of Filtered room · MeetWebhooks");
        await page.GetByText("Back to the recordings").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex(@"/recordings\?room=Filtered$"));
        await Expect(page.Locator("#recordings li")).ToHaveCountAsync(1);
    }
}
