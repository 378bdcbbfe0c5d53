using MeetWebhooks.EmbeddedRedis;

// The embedded server as a process of its own, on the port REDIS_PORT, until it is told to stop.
var builder = Host.CreateApplicationBuilder(args);
using var redis = EmbeddedServer.Start(builder.Configuration.GetValue("REDIS_PORT", 6379));
builder.Build().Run();
