using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MeetWebhooks.Benchmarks.Load;
using MeetWebhooks.Benchmarks.Servers;

namespace MeetWebhooks.Benchmarks.Floor;

/// <summary>Measures the floor that every figure is compared with, in the same run.</summary>
internal static class FloorProcess
{
    private const string CommandName = "floor-server";
    private const int WarmUp = 50;

    /// <summary>The command by which <see cref="FloorServer"/> is started.</summary>
    public static Command Server()
    {
        var port = new Argument<int>("port");
        var size = new Argument<int>("size");
        var command = new Command(CommandName, "The least that a server can do; the benchmarks start it.") { port, size };
        command.Hidden = true;
        command.SetAction(arguments => FloorServer.Run(arguments.GetValue(port), arguments.GetValue(size)));
        return command;
    }

    /// <summary>How much processor time one event to one browser takes at the least.</summary>
    /// <param name="browserCount">How many browsers.</param>
    /// <param name="rate">Events in a second.</param>
    /// <param name="events">How many events.</param>
    /// <param name="size">The size of an event's JSON in bytes.</param>
    /// <returns>Microseconds.</returns>
    public static double Measure(int browserCount, double rate, int events, int size)
    {
        var port = Servers.Server.FreePort();
        var program = ServersUnderTest.Program("MeetWebhooks.Benchmarks", CommandName, Text(port), Text(size));
        using var process = Process.Start(
            new ProcessStartInfo(program[0], program[1..]) { RedirectStandardInput = true })!;
        try
        {
            var server = new Servers.Server("floor", process.Id);
            server.AcceptsAsync(port, CancellationToken.None).GetAwaiter().GetResult();
            using var browsers = new Browsers(new Uri($"http://127.0.0.1:{port}"));
            Say($"accept {Text(browserCount)}");
            browsers.Connect(browserCount);

            var pause = (int)Math.Round(1000 / rate);
            Write(browsers, WarmUp, pause);
            var before = ProcessUsage.Of(process.Id).Processor;
            Write(browsers, events, pause);
            return (ProcessUsage.Of(process.Id).Processor - before).TotalMicroseconds / events / browserCount;
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        void Write(Browsers browsers, int count, int pause)
        {
            var awaited = browsers.Deliveries + (long)count * browserCount;
            Say($"write {Text(count)} {Text(pause)}");
            if (!browsers.Wait(() => browsers.Deliveries == awaited, TimeSpan.FromMinutes(2)))
                throw new TimeoutException("The floor's events did not arrive.");
        }

        void Say(string line) => process.StandardInput.WriteLine(line);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
