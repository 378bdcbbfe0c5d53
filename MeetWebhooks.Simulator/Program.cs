using MeetWebhooks.Simulator;

var builder = WebApplication.CreateBuilder(args);
builder.AddSimulator();

var app = builder.Build();
app.MapSimulator();
app.Run();
