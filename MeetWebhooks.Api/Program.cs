using MeetWebhooks.Api;
using MeetWebhooks.ServiceDefaults;

var builder = ServiceApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApi();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapApi();
return await app.RunToExitCodeAsync();
