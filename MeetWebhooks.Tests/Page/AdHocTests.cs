namespace MeetWebhooks.Tests.Page;

[Collection(nameof(PageFixture))]
public sealed class AdHocTests(PageFixture fixture) : PageTest(fixture)
{
    [Fact]
    public async Task Look()
    {
        var client = Fixture.Application.FrontDoor;
        using var now = await client.GetAsync("now", Cancel);
        var position = now.Headers.GetValues("Last-Event-ID").Single();
        Console.WriteLine(position + " " + await now.Content.ReadAsStringAsync(Cancel));
        using var stream = await client.GetStreamAsync($"changes?last_event_id={position}", Cancel);
        await CreateElsewhereAsync("Looked at");
        await DeliverAsync("testEvent", new() { ["message"] = "x" });
        var buffer = new byte[100000];
        for (var i = 0; i < 8; i++)
        {
            using var limit = new CancellationTokenSource(2000);
            try { var n = await stream.ReadAsync(buffer, limit.Token); Console.WriteLine(System.Text.Encoding.UTF8.GetString(buffer, 0, n)); }
            catch (OperationCanceledException) { }
        }
    }
}
