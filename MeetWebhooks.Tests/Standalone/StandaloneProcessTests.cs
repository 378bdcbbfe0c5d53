using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeetWebhooks.Standalone;

namespace MeetWebhooks.Tests.Standalone;

/// <summary>The standalone host as <c>./run</c> starts it: a process of its own.</summary>
public sealed class StandaloneProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_where_it_answers_and_stops_with_exit_code_0_when_it_is_asked_to()
    {
        using var process = Start("--web-replicas", "2", "--urls", "http://127.0.0.1:0", "--Simulator:Url", "http://127.0.0.1:0");

        // On a slow machine a warning can come first: the part that waits for another says so.
        string? line;
        do
            line = await process.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Eventually.Limit, Cancel);
        while (line is not null && !line.StartsWith("MeetWebhooks", StringComparison.Ordinal)
            && !process.HasExited);

        Assert.StartsWith("MeetWebhooks answers at http://127.0.0.1:", line, StringComparison.Ordinal);
        var frontDoors = line!.Split(' ').Where(word => word.StartsWith("http", StringComparison.Ordinal)).Take(2);
        using var client = new HttpClient();
        foreach (var frontDoor in frontDoors)
            Assert.Equal("Healthy", await client.GetStringAsync(new Uri(new Uri(frontDoor), "health"), Cancel));

        Signal(process, "TERM");
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_sentence_with_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var process = Start("--urls", $"http://127.0.0.1:{port}", "--Simulator:Url", "http://127.0.0.1:0");

        Assert.Equal(1, await ExitCodeAsync(process));

        var error = await process.StandardError.ReadToEndAsync(Cancel);
        Assert.StartsWith($"The port of http://127.0.0.1:{port} is in use.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Webhooks:MaxAge", "-00:01:00")]
    [InlineData("Events:RetainedEvents", "0")]
    [InlineData("Web:Replicas", "0")]
    [InlineData("Meet:ServerUrl", "nonsense")]
    public async Task A_wrong_setting_is_told_by_its_name_with_exit_code_1(string key, string value)
    {
        using var process = Start(
            "--urls", "http://127.0.0.1:0", "--Simulator:Url", "http://127.0.0.1:0", $"--{key}", value);

        Assert.Equal(1, await ExitCodeAsync(process));

        Assert.Contains(key, await process.StandardError.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_OpenVidu_Meet_takes_the_place_of_the_simulated_one()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Meet:ServerUrl", ""), ("OV_MEET_SERVER_URL", "http://127.0.0.1:1"), ("OV_MEET_API_KEY", "a-key")]);

        using var answer = await application.FrontDoor.GetAsync("rooms", Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        using var delivery = await Delivery.Sign("""{"event":"x","creationDate":1,"data":{}}""", key: "a-key")
            .PostAsync(application.FrontDoor, Cancel);
        Assert.Equal(HttpStatusCode.OK, delivery.StatusCode);
    }

    private static Process Start(params string[] arguments)
    {
        var program = new ProcessStartInfo("dotnet", [typeof(StandaloneHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        program.Environment["DOTNET_ENVIRONMENT"] = "Development";
        return Process.Start(program)!;
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static async Task<int> ExitCodeAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(Cancel).WaitAsync(Eventually.Limit, Cancel);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
