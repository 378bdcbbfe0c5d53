using MeetWebhooks.EmbeddedRedis;

// The embedded server as a process of its own, on the port REDIS_PORT, until it is told to stop. Settings are read
// once: watching their files could take a watch for each directory of the machine.
var builder = Host.CreateApplicationBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
using var redis = EmbeddedServer.Start(builder.Configuration.GetValue("REDIS_PORT", 6379));
builder.Build().Run();
