using MeetWebhooks.AppHost;
using MeetWebhooks.AppHost.Commands;
using MeetWebhooks.AppHost.MeetModes;
using MeetWebhooks.AppHost.Publishing;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--web-replicas"] = "Web:Replicas" });

// OpenVidu Meet is one in containers, the simulator, or one that runs elsewhere. Redis holds the log of its webhooks.
var selection = MeetSelection.From(builder);
var meet = builder.AddMeet("meet", selection);
var redis = builder.AddRedisForLog("redis", selection);

// The Api validates webhooks and appends them to the log; it manages rooms and recordings in OpenVidu Meet.
var api = builder.AddService<Projects.MeetWebhooks_Api>("api")
    .WithReference(meet).WaitFor(meet)
    .WithReference(redis).WaitFor(redis);

// Web, the front door, in any number of replicas: serves the page, relays the log to browsers, and forwards webhooks and
// commands to the Api.
var web = builder.AddService<Projects.MeetWebhooks_Web>("web")
    .WithReplicas(builder.Configuration.GetValue("Web:Replicas", 2))
    .WithReference(redis).WaitFor(redis)
    .WithReference(api).WaitFor(api)
    .WithMeetPublicUrl(meet)
    .WithFrontDoor(builder.Configuration.GetValue("SERVER_PORT", 6080))
    .WithFrontDoorCommands(meet);

// OpenVidu Meet delivers its webhooks to the front door.
meet.WithWebhook(web.GetEndpoint("http"));

builder.AddPublishing();
builder.Build().Run();
