namespace MeetWebhooks.Tests.AppHost.Publishing;

public sealed class WithoutPublishingTests
{
    [Theory]
    [InlineData("--operation=publish")]
    [InlineData("--DevTunnel=true")]
    public async Task What_this_build_leaves_out_is_refused_with_how_to_include_it(string argument)
    {
        await using var appHost = AppHostProcess.Start(argument);

        Assert.Equal(1, await appHost.ExitCodeAsync(Eventually.Limit));

        Assert.Contains("set the environment variable WithPublishing=true", appHost.Error, StringComparison.Ordinal);
    }
}
