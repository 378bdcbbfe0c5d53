using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Deployment;

/// <summary>The commands in the README that start each process by itself.</summary>
public sealed partial class SeparateProcessesTests : IDisposable
{
    private readonly DirectoryInfo _redisFolder = Directory.CreateTempSubdirectory("meetwebhooks-redis");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("## As separate processes.*?```bash\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands { get; }

    [Fact]
    public async Task The_documented_commands_start_them_on_other_ports_too_and_stop_them()
    {
        Assert.SkipUnless(InstalledProgram.Find("redis-server") is not null, "redis-server is not on the PATH.");
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "README.md"), Cancel);
        Assert.Contains("`kill $(jobs -p)` stops everything", readme, StringComparison.Ordinal);
        var (redis, api, first, second) =
            (ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort());
        var commands = Commands.Match(readme).Groups["commands"].Value
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
                async () => await AnswersAsync(firstReplica) && await AnswersAsync(secondReplica), Eventually.StartLimit);
            await using var browser = await Browser.OpenLiveAsync(firstReplica);

            var delivery = await secondReplica.PersistAsync(Delivery.Event("meetingStarted"));

            Assert.Equal(delivery.Json, (await browser.NextAsync()).Data);
        }
        finally
        {
            await shell.StandardInput.WriteLineAsync();
            await shell.WaitForExitAsync(CancellationToken.None);
        }

        Assert.False(await AnswersAsync(firstReplica));
        Assert.False(await AnswersAsync(secondReplica));
    }

    public void Dispose() => _redisFolder.Delete(recursive: true);

    private static async Task<bool> AnswersAsync(HttpClient replica)
    {
        try
        {
            using var answer = await replica.GetAsync("health", Cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
