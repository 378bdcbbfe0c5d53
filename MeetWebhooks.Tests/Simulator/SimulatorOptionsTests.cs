using MeetWebhooks.Simulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Simulator;

public sealed class SimulatorOptionsTests
{
    [Theory]
    [InlineData("Simulator:ApiKey", "")]
    [InlineData("Simulator:WebhookUrl", "localhost:6080/webhook")]
    [InlineData("Simulator:BaseUrl", "https://meet.example/")]
    [InlineData("Simulator:RecordingDelay", "00:02:00")]
    [InlineData("Simulator:ParticipantTimeout", "00:00:00")]
    public async Task A_bad_setting_ends_the_start_with_its_name(string setting, string value)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(setting, value)]);
        builder.AddSimulator();
        await using var simulator = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => simulator.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
    }
}
