using MeetWebhooks.Web;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Web.Connections;

public sealed class KestrelLimitsTests
{
    [Fact]
    public void Configuration_is_not_overruled_by_what_the_code_sets()
    {
        var limits = LimitsWith(
            ("MaxRequestBodySize", "1000"),
            ("RequestHeadersTimeout", "00:00:03"),
            ("KeepAliveTimeout", "00:00:07"),
            ("MaxConcurrentConnections", "12"),
            ("MinRequestBodyDataRate:BytesPerSecond", "99"),
            ("MinResponseDataRate:GracePeriod", "00:01:00"),
            ("Http2:MaxStreamsPerConnection", "5"));

        Assert.Equal(1000, limits.MaxRequestBodySize);
        Assert.Equal(TimeSpan.FromSeconds(3), limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(7), limits.KeepAliveTimeout);
        Assert.Equal(12, limits.MaxConcurrentConnections);
        Assert.Equal(99, limits.MinRequestBodyDataRate?.BytesPerSecond);
        Assert.Equal(LimitsWith().MinRequestBodyDataRate?.GracePeriod, limits.MinRequestBodyDataRate?.GracePeriod);
        Assert.Equal(TimeSpan.FromMinutes(1), limits.MinResponseDataRate?.GracePeriod);
        Assert.Equal(5, limits.Http2.MaxStreamsPerConnection);
    }

    [Fact]
    public async Task A_body_over_the_configured_size_is_refused()
    {
        await using var application = await MeetWebhooksApplication.StartAsync(
            settings: ("Kestrel:Limits:MaxRequestBodySize", "1000"));

        using var answer = await Delivery.Event("x", $"\"{new string('x', 1000)}\"").PostAsync(
            application.FrontDoor, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static KestrelServerLimits LimitsWith(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(
            setting => $"Kestrel:Limits:{setting.Key}", setting => (string?)setting.Value));
        builder.AddWiring();
        builder.AddWeb();
        using var app = (IDisposable)builder.Build();
        return ((WebApplication)app).Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
    }
}
