using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Servers;
using MeetWebhooks.Tests.Harness;

namespace MeetWebhooks.Benchmarks.Floor;

/// <summary>Runs <see cref="FloorServer"/>, and measures the floor that figures of the same run are compared with.</summary>
internal sealed class FloorProcess : ServerProcess
{
    private const string CommandName = "floor-server";
    private const int WarmUp = 50;

    private readonly int _size;

    private FloorProcess(int size, CancellationToken cancellationToken)
        : base(cancellationToken) => _size = size;

    /// <summary>The command that runs <see cref="FloorServer"/>.</summary>
    public static Command Server()
    {
        var port = new Argument<int>("port");
        var size = new Argument<int>("size");
        var command = new Command(CommandName, "The least that a server can do; the benchmarks start it.")
        {
            port, size,
        };
        command.Hidden = true;
        command.SetAction(arguments => FloorServer.Run(arguments.GetValue(port), arguments.GetValue(size)));
        return command;
    }

    /// <summary>Measures how much processor time it takes at least to send one event to one browser.</summary>
    /// <param name="browserCount">How many browsers.</param>
    /// <param name="rate">Events per second.</param>
    /// <param name="events">How many events.</param>
    /// <param name="size">The size of an event's JSON in bytes.</param>
    /// <param name="cancellationToken">Ends the wait for the server's start.</param>
    /// <returns>Microseconds.</returns>
    /// <exception cref="TimeoutException">Events are missing.</exception>
    public static async Task<double> MeasureAsync(
        int browserCount, double rate, int events, int size, CancellationToken cancellationToken)
    {
        await using var floor = await StartAsync(new FloorProcess(size, cancellationToken));
        using var browsers = new Browsers(new Uri($"http://127.0.0.1:{floor.Port}"), "events");
        floor.Send($"accept {Text(browserCount)}");
        browsers.Connect(browserCount);

        var pause = (int)Math.Round(1000 / rate);
        Write(WarmUp);
        var before = ProcessUsage.Of(floor.ProcessId).Processor;
        Write(events);
        return (ProcessUsage.Of(floor.ProcessId).Processor - before).TotalMicroseconds / events / browserCount;

        void Write(int count)
        {
            var expected = browsers.Deliveries + (long)count * browserCount;
            floor.Send($"write {Text(count)} {Text(pause)}");
            if (!browsers.Wait(() => browsers.Deliveries == expected, TimeSpan.FromMinutes(2)))
                throw new TimeoutException("Events of the floor server are missing.");
        }
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Describe()
    {
        var start = Program("MeetWebhooks.Benchmarks", CommandName, Text(Port), Text(_size));
        start.RedirectStandardInput = true;
        return start;
    }

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Send(string line) => Process.StandardInput.WriteLine(line);
}
