using System.Diagnostics;

namespace MeetWebhooks.Tests.ServiceDefaults;

public sealed class PublishTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public async Task Trimming_is_refused_with_its_reason(string property)
    {
        using var build = Process.Start(new ProcessStartInfo(
            "dotnet", ["msbuild", Path.Combine(Repository.Folder, "MeetWebhooks.Api"), "-t:Publish", $"-p:{property}=true"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await build.StandardOutput.ReadToEndAsync(Cancel);
        await build.WaitForExitAsync(Cancel);

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("not supported: settings are bound", output, StringComparison.Ordinal);
    }
}
