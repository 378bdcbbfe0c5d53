using MeetWebhooks.AppHost;
using MeetWebhooks.AppHost.Meet;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--web-replicas"] = "Web:Replicas" });

var choice = MeetChoice.Make(builder);
var redis = builder.AddRedisForLog("redis", choice);
var meet = builder.AddMeet("meet", choice);

// Rooms, recordings, and the webhooks' way into the log.
var api = builder.AddService<Projects.MeetWebhooks_Api>("api")
    .WithReference(redis).WaitFor(redis)
    .WithMeet(meet);

// The page, the events' way to the browsers, and the front door: any number of them.
var web = builder.AddService<Projects.MeetWebhooks_Web>("web")
    .WithReplicas(builder.Configuration.GetValue("Web:Replicas", 2))
    .WithReference(redis).WaitFor(redis)
    .WithReference(api).WaitFor(api)
    .WithMeetUrl("Meet__PublicUrl", meet)
    .WithFrontDoor(builder.Configuration.GetValue("SERVER_PORT", 6080))
    .WithFrontDoorCommands(meet.ApiKey);

meet.DeliverTo(web.GetEndpoint("http"));

builder.Build().Run();
