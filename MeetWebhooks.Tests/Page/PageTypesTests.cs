using System.Diagnostics;

namespace MeetWebhooks.Tests.Page;

/// <summary>The page's scripts, as TypeScript's checker sees them.</summary>
public sealed class PageTypesTests
{
    private static readonly string Compiler = Path.Combine(
        Repository.Folder, "MeetWebhooks.Tests", "Clients", "node_modules", "typescript", "bin", "tsc");

    [Fact]
    public async Task The_types_of_the_scripts_fit()
    {
        Assert.SkipUnless(InstalledProgram.Find("node") is not null, "node is not on the PATH.");
        Assert.SkipUnless(File.Exists(Compiler), $"{Compiler} is not installed.");
        var files = Directory.GetFiles(Path.Combine(Repository.Folder, "MeetWebhooks.Web", "Page", "files"), "*.js");

        using var check = Process.Start(new ProcessStartInfo("node",
        [
            Compiler, "--noEmit", "--checkJs", "--allowJs", "--strict", "--noUnusedLocals", "--target", "es2022",
            "--module", "es2022", "--lib", "es2023,dom,dom.iterable", .. files,
        ])
        {
            RedirectStandardOutput = true,
        })!;
        var problems = await check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(check.ExitCode == 0, problems);
    }
}
