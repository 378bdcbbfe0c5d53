using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Standalone;

var builder = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.AddCommandLine(
    args, new Dictionary<string, string> { ["--web-replicas"] = "Web:Replicas" });
builder.AddTelemetry();
builder.AddStandalone();
using var host = builder.Build();

return await host.RunOrSayWhyNotAsync(async stopping =>
{
    var system = host.Services.GetRequiredService<StandaloneHost>();
    var addresses = string.Join(" ", system.FrontDoors);
    Console.WriteLine(await system.AnswersAsync(stopping)
        ? $"MeetWebhooks answers at {addresses} (OpenVidu Meet: {system.Meet}). Ctrl+C stops it."
        : $"MeetWebhooks runs at {addresses}, but Redis does not answer: check ConnectionStrings:redis.");
});
