using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web;

var builder = ServiceApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWeb();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapWeb();
return await app.RunToExitCodeAsync();
