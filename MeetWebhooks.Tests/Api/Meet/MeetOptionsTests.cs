using MeetWebhooks.Api.Meet;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Api.Meet;

public sealed class MeetOptionsTests
{
    [Fact]
    public void Development_needs_no_settings()
    {
        var options = Read("Development");

        Assert.Equal("http://localhost:9080", options.ServerUrl);
        Assert.Equal(["meet-api-key"], options.ApiKeys());
    }

    [Fact]
    public void The_tutorials_names_work()
    {
        var options = Read(
            "Production", ("OV_MEET_SERVER_URL", "https://meet.example.com/meet"), ("OV_MEET_API_KEY", "secret"));

        Assert.Equal("https://meet.example.com/meet", options.ServerUrl);
        Assert.Equal(["secret"], options.ApiKeys());
    }

    [Fact]
    public void The_sections_settings_come_first()
    {
        var options = Read(
            "Production",
            ("Meet:ServerUrl", "https://ours.example.com"), ("OV_MEET_SERVER_URL", "https://theirs.example.com"),
            ("Meet:ApiKey", "ours"), ("OV_MEET_API_KEY", "theirs"));

        Assert.Equal("https://ours.example.com", options.ServerUrl);
        Assert.Equal(["ours"], options.ApiKeys());
    }

    [Fact]
    public void Two_keys_can_be_given_while_one_replaces_the_other() =>
        Assert.Equal(["new", "old"], Read("Production", ("Meet:ApiKey", "new, old")).ApiKeys());

    [Theory]
    [InlineData("Meet:ApiKey", "")]
    [InlineData("Meet:ApiKey", ",")]
    [InlineData("Meet:ApiKey", "two words")]
    [InlineData("Meet:ApiKey", "schlüssel")]
    [InlineData("Meet:ServerUrl", "localhost:9080")]
    [InlineData("Meet:ServerUrl", "/meet")]
    [InlineData("Meet:ServerUrl", "ftp://meet.example.com")]
    [InlineData("Meet:ServerUrl", "http://")]
    [InlineData("Meet:ServerUrl", "http://user:hunter2@meet.example.com")]
    [InlineData("Meet:ServerUrl", "http://meet.example.com?key=1")]
    [InlineData("Meet:ServerUrl", "http://meet.example.com#top")]
    [InlineData("Meet:Timeout", "00:00:00")]
    [InlineData("Meet:Timeout", "-00:00:01")]
    [InlineData("Meet:Timeout", "1.00:00:00")]
    public async Task A_setting_that_can_not_work_stops_the_start_with_a_sentence_that_names_it(
        string name, string value)
    {
        using var host = Build("Production", ("Meet:ApiKey", "good"), (name, value));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(name, Assert.Single(failure.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    private static MeetOptions Read(string environment, params (string Name, string Value)[] settings)
    {
        using var host = Build(environment, settings);
        return host.Services.GetRequiredService<IOptions<MeetOptions>>().Value;
    }

    private static IHost Build(string environment, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = environment });
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
        builder.AddMeet();
        return builder.Build();
    }
}
