using System.Net;
using MeetWebhooks.Tests.Faults;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>What <c>./run</c> shows, and that it leaves nothing behind.</summary>
[Collection(nameof(AloneTests))]
public sealed class RunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_shows_where_everything_is_and_ends_with_exit_code_0_when_it_is_told_to()
    {
        await using var appHost = AppHostProcess.Start();

        await appHost.PrintsAsync("Dashboard", Eventually.StartLimit);

        Assert.Matches(
            @"(?s)^Starting \.\.\..*\nWaiting for [^\n]*api.*\nWaiting for [^\n]*web.*\nReady\.", appHost.Output);
        Assert.Equal($"http://localhost:{appHost.FrontDoorPort}", SummaryOf(appHost, "Page"));
        Assert.Equal("embedded: keeps nothing after the stop", SummaryOf(appHost, "Redis"));
        Assert.Equal(
            $"http://localhost:{appHost.MeetPort}, simulated because Meet:Mode is set", SummaryOf(appHost, "OpenVidu Meet"));
        using var client = new HttpClient();
        using var page = await client.GetAsync($"http://localhost:{appHost.FrontDoorPort}", Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var loginLink = SummaryOf(appHost, "Dashboard");
        Assert.StartsWith($"http://localhost:{appHost.DashboardPort}/login?t=", loginLink, StringComparison.Ordinal);
        using var dashboard = await client.GetAsync(loginLink, Cancel);
        Assert.Equal("/", dashboard.RequestMessage!.RequestUri!.AbsolutePath);
        if (OperatingSystem.IsLinux())
            Assert.InRange(appHost.RunningProcesses().Count, 8, int.MaxValue);

        appHost.Signal("TERM");

        Assert.Equal(0, await appHost.ExitCodeAsync(Eventually.StartLimit));
        Assert.Empty(appHost.Error);
        Assert.Empty(appHost.RunningProcesses());
    }

    [Theory]
    [InlineData("Starting ...", "TERM")]
    [InlineData("api ...", "INT")]
    public async Task A_signal_while_it_starts_ends_everything_with_exit_code_0(string moment, string signal)
    {
        await using var appHost = AppHostProcess.Start();
        await appHost.PrintsAsync(moment, Eventually.StartLimit);

        appHost.Signal(signal);

        Assert.Equal(0, await appHost.ExitCodeAsync(Eventually.StartLimit));
        Assert.Empty(appHost.Error);
        Assert.DoesNotContain("Ready.", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(appHost.RunningProcesses());
    }

    [Fact]
    public async Task A_resource_that_ends_while_it_starts_ends_everything_with_exit_code_1_and_its_reason()
    {
        await using var appHost = AppHostProcess.Start(
            "--Meet:Mode=External", "--Meet:ServerUrl=nonsense", "--ConnectionStrings:redis=127.0.0.1:1");

        Assert.Equal(1, await appHost.ExitCodeAsync(Eventually.StartLimit));

        Assert.StartsWith(
            "api ended with exit code 1 before everything was healthy.\n  Meet:ServerUrl ",
            appHost.Error,
            StringComparison.Ordinal);
        Assert.Empty(appHost.RunningProcesses());
    }

    // The line of the summary that has this title.
    private static string SummaryOf(AppHostProcess appHost, string title) => Assert.Single(
        appHost.Output.Split('\n').Select(line => line.Trim()),
        line => line.StartsWith($"{title} ", StringComparison.Ordinal))[title.Length..].Trim();
}
