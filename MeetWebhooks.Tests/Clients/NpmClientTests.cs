using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace MeetWebhooks.Tests.Clients;

/// <summary>Clients of Server-Sent Events from npm, which treat ids and comments each in its own way.</summary>
public sealed class NpmClientTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "MeetWebhooks.Tests", "Clients");

    [Theory]
    [InlineData("eventsource")]
    [InlineData("event-source-polyfill")]
    [InlineData("eventsource-client")]
    [InlineData("@microsoft/fetch-event-source")]
    public async Task A_client_that_loses_its_connection_before_its_first_event_gets_each_webhook_once(string library)
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: [("Streams:Retry", "00:00:00.1"), ("Streams:Heartbeat", "00:00:00.2")]);
        await using var wire = new Wire(application.FrontDoor.BaseAddress!.Port);
        using var client = NodeClient.Start(library, $"http://127.0.0.1:{wire.Port}/events");
        await Eventually.TrueAsync(() => client.Positions > 0);

        wire.CutConnections();
        var missed = Delivery.Event("meetingStarted");
        await application.DeliverAsync(missed);
        await Eventually.TrueAsync(() => !client.Messages.IsEmpty);
        var live = Delivery.Event("meetingEnded");
        await application.DeliverAsync(live);
        await Eventually.TrueAsync(() => client.Messages.Count > 1);

        Assert.Equal([("message", missed.Json), ("message", live.Json)], client.Messages);
        Assert.Equal(2, client.Positions);
    }

    /// <summary>A library that runs in Node.js.</summary>
    private sealed class NodeClient : IDisposable
    {
        private readonly Process _process;
        private int _positions;

        private NodeClient(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) => Take(line.Data);
            process.BeginOutputReadLine();
        }

        /// <summary>What it took for a message or a reset.</summary>
        public ConcurrentQueue<(string Type, string Data)> Messages { get; } = [];

        /// <summary>How many positions it got: one for each connection.</summary>
        public int Positions => Volatile.Read(ref _positions);

        public static NodeClient Start(string library, string url)
        {
            Assert.SkipUnless(InstalledProgram.Find("node") is not null, "node is not on the PATH.");
            Assert.SkipUnless(
                Directory.Exists(Path.Combine(Folder, "node_modules", library)), $"{library} is not installed in {Folder}.");
            return new NodeClient(Process.Start(new ProcessStartInfo("node", ["client.mjs", library, url])
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
            })!);
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }

        private void Take(string? line)
        {
            if (line is null)
                return;
            using var json = JsonDocument.Parse(line);
            var type = json.RootElement.GetProperty("type").GetString()!;
            if (type == "position")
                Interlocked.Increment(ref _positions);
            else if (type != "heartbeat")
                Messages.Enqueue((type, json.RootElement.GetProperty("data").GetString()!));
        }
    }
}
