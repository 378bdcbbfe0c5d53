using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MeetWebhooks.Tests.ServiceDefaults;

namespace MeetWebhooks.Tests.Deployment;

public sealed class SystemdTests
{
    private const string StartService = """
        MANAGERPID=$$ "$@" &
        echo $! >&2
        wait
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Api")]
    [InlineData("Web")]
    public async Task A_service_tells_systemd_when_it_is_ready_and_when_it_stops(string program)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd runs on Linux.");
        var folder = Directory.CreateTempSubdirectory("meetwebhooks-systemd");
        var notifications = Path.Combine(folder.FullName, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(notifications));
        var service = ProgramRun.Describe(program);
        using var systemd = Process.Start(new ProcessStartInfo(
            FakeSystemd(folder), ["-c", StartService, "systemd", service.FileName, .. service.ArgumentList])
        {
            Environment = { ["NOTIFY_SOCKET"] = notifications },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var processId = int.Parse((await systemd.StandardError.ReadLineAsync(Cancel))!, CultureInfo.InvariantCulture);
        using var process = Process.GetProcessById(processId);
        try
        {
            Assert.Equal("READY=1", await ReceiveAsync());
            using var kill = Process.Start("kill", ["-TERM", $"{processId}"]);
            Assert.Equal("STOPPING=1", await ReceiveAsync());
            await systemd.WaitForExitAsync(Cancel).WaitAsync(Eventually.Limit, Cancel);
        }
        finally
        {
            process.Kill();
            folder.Delete(recursive: true);
        }

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[256];
            var length = await socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(Eventually.Limit, Cancel);
            return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd();
        }
    }

    [Fact]
    public async Task The_unit_in_the_guide_is_one_that_systemd_accepts()
    {
        Assert.SkipUnless(InstalledProgram.Find("systemd-analyze") is not null, "systemd-analyze is not on the PATH.");
        var folder = Directory.CreateTempSubdirectory("meetwebhooks-systemd");
        var unit = Path.Combine(folder.FullName, "meetwebhooks-web.service");
        // systemd looks for the program.
        await File.WriteAllTextAsync(
            unit,
            (await Repository.SnippetAsync("docs/deployment.md", "ini")).Replace(
                "ExecStart=/opt/meetwebhooks/web/MeetWebhooks.Web", "ExecStart=/bin/true", StringComparison.Ordinal),
            Cancel);
        using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit])
        {
            RedirectStandardError = true,
        })!;
        var complaints = await verify.StandardError.ReadToEndAsync(Cancel);
        await verify.WaitForExitAsync(Cancel);
        folder.Delete(recursive: true);

        Assert.Equal("", complaints);
        Assert.Equal(0, verify.ExitCode);
    }

    // A service looks for systemd by the name and the id of its parent process: here that is a shell with this name.
    private static string FakeSystemd(DirectoryInfo folder) =>
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "systemd"), "/bin/sh").FullName;
}
