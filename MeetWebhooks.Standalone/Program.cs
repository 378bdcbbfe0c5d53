using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Standalone;
using Microsoft.Extensions.Options;

var builder = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.AddCommandLine(
    args, new Dictionary<string, string> { ["--web-replicas"] = "Web:Replicas" });
builder.AddTelemetry();
builder.AddStandalone();
using var host = builder.Build();

try
{
    await host.StartAsync();
}
catch (Exception exception) when (exception is PortInUseException or OptionsValidationException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

var system = host.Services.GetRequiredService<StandaloneHost>();
Console.WriteLine($"MeetWebhooks answers at {string.Join(" ", system.FrontDoors)}");
Console.WriteLine($"(OpenVidu Meet at {system.Meet}, Ctrl+C stops)");
await host.WaitForShutdownAsync();
return 0;
