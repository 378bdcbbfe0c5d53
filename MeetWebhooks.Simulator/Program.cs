using MeetWebhooks.Simulator;

var builder = WebApplication.CreateBuilder(args);
builder.AddSimulator();
// Alone it logs what happens in it, and not each request.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);

var app = builder.Build();
app.MapSimulator();
app.Run();
