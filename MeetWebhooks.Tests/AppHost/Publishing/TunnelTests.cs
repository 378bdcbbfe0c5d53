using Aspire.Hosting.DevTunnels;

namespace MeetWebhooks.Tests.AppHost.Publishing;

public sealed class TunnelTests
{
    [Theory]
    [InlineData("true", "tunnel-web-public")]
    [InlineData("false")]
    public async Task Only_the_front_door_gets_a_dev_tunnel_when_asked_for(string setting, params string[] ports)
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Simulator", $"DevTunnel={setting}");

        Assert.Equal(ports, builder.Resources.OfType<DevTunnelPortResource>().Select(port => port.Name));
    }
}
