using MeetWebhooks.Simulator;

// Settings are read once: watching their files could take a watch for each directory of the machine.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
    ContentRootPath = AppContext.BaseDirectory,
});
builder.AddSimulator();
// Alone it logs what happens in it, and not each request.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);

var app = builder.Build();
app.MapSimulator();
app.Run();
