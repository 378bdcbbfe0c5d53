using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>What <c>./run</c> refuses before it starts anything, in one sentence.</summary>
public sealed class RefusedStartTests
{
    [Theory]
    [InlineData("SERVER_PORT", "{0}")]
    [InlineData("Meet:Port", "{0}")]
    [InlineData("ASPNETCORE_URLS", "http://localhost:{0}")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:{0}")]
    [InlineData("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://localhost:{0}")]
    public async Task A_port_that_is_in_use_is_named_with_its_setting(string setting, string address)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var sentence = await RefuseAsync(
            "Development", $"--{setting}={string.Format(CultureInfo.InvariantCulture, address, port)}");

        Assert.StartsWith($"Port {port} of ", sentence, StringComparison.Ordinal);
        Assert.Contains(
            $"is in use: stop the program that uses it, or set {setting} to another", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'web-replicas'", "web-replicas")]
    [InlineData("'4'", "--web-replicas=2", "4")]
    [InlineData("'--web-replicas'", "--web-replicas")]
    [InlineData("'--web-replicas'", "--web-replicas", "--Meet:Mode=Simulator")]
    [InlineData("--web-replicas", "--web-replicas", "0")]
    [InlineData("--web-replicas", "--web-replicas", "many")]
    [InlineData("'--nonsense'", "--nonsense")]
    [InlineData("'--nonsense'", "--nonsense=1")]
    public async Task A_wrong_argument_is_named(string name, params string[] arguments)
    {
        Assert.Contains(name, await RefuseAsync("Development", arguments), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Meet:Mode", "Docker")]
    [InlineData("Meet:Port", "0")]
    [InlineData("SERVER_PORT", "abc")]
    [InlineData("SERVER_PORT", "65536")]
    [InlineData("ASPNETCORE_URLS", "nonsense")]
    [InlineData("Meet:ApiKey", "", "Production")]
    public async Task A_wrong_setting_is_named(string setting, string value, string environment = "Development")
    {
        Assert.Contains(setting, await RefuseAsync(environment, $"--{setting}={value}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_the_options_with_exit_code_0()
    {
        await using var appHost = AppHostProcess.Start("--help");

        Assert.Equal(0, await appHost.ExitCodeAsync(Eventually.Limit));

        Assert.StartsWith("Usage: ./run", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("--web-replicas NUMBER", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(appHost.Error);
    }

    private static async Task<string> RefuseAsync(string environment, params string[] arguments)
    {
        await using var appHost = AppHostProcess.StartIn(environment, arguments);

        Assert.Equal(1, await appHost.ExitCodeAsync(Eventually.Limit));

        Assert.Empty(appHost.Output);
        Assert.Empty(appHost.RunningProcesses());
        return Assert.Single(appHost.Error.Split('\n'));
    }
}
