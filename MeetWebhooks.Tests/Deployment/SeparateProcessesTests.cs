using System.Diagnostics;

namespace MeetWebhooks.Tests.Deployment;

/// <summary>The commands in the README that start each process by itself.</summary>
public sealed class SeparateProcessesTests : IDisposable
{
    private readonly DirectoryInfo _redisFolder = Directory.CreateTempSubdirectory("meetwebhooks-redis");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documented_commands_start_them_on_other_ports_too_and_stop_them()
    {
        Assert.SkipUnless(InstalledProgram.Find("redis-server") is not null, "redis-server is not on the PATH.");
        Assert.Contains(
            "`kill $(jobs -p)` stops everything", await Repository.ReadAsync("README.md"), StringComparison.Ordinal);
        var (redis, api, first, second) =
            (ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort());
        var commands = (await Repository.SnippetAsync("README.md", "bash", "redis-server &"))
            // The test has built everything.
            .Replace("dotnet build\n", "", StringComparison.Ordinal)
            .Replace("redis-server &", $"redis-server --port {redis} --dir {_redisFolder.FullName} &", StringComparison.Ordinal)
            .Replace(":6379", $":{redis}", StringComparison.Ordinal)
            .Replace(":5080", $":{api}", StringComparison.Ordinal)
            .Replace(":6080", $":{first}", StringComparison.Ordinal)
            .Replace(":6081", $":{second}", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"{commands}\nread; kill $(jobs -p); wait"])
        {
            WorkingDirectory = Repository.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        shell.OutputDataReceived += (_, _) => { };
        shell.BeginOutputReadLine();
        using var firstReplica = new HttpClient { BaseAddress = new Uri($"http://localhost:{first}") };
        using var secondReplica = new HttpClient { BaseAddress = new Uri($"http://localhost:{second}") };
        try
        {
            await Eventually.TrueAsync(
                async () => await firstReplica.SucceedsAsync("health", Cancel)
                    && await secondReplica.SucceedsAsync("health", Cancel),
                Eventually.StartLimit);
            await using var browser = await Browser.OpenLiveAsync(firstReplica);

            var delivery = await secondReplica.PersistAsync(Delivery.Event("meetingStarted"));

            Assert.Equal(delivery.Json, (await browser.NextAsync()).Data);
        }
        finally
        {
            await shell.StandardInput.WriteLineAsync();
            await shell.WaitForExitAsync(CancellationToken.None);
        }

        Assert.False(await firstReplica.SucceedsAsync("health", Cancel));
        Assert.False(await secondReplica.SucceedsAsync("health", Cancel));
    }

    public void Dispose() => _redisFolder.Delete(recursive: true);
}
