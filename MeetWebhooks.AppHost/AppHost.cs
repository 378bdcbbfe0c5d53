using MeetWebhooks.AppHost;
using MeetWebhooks.AppHost.Commands;
using MeetWebhooks.AppHost.MeetModes;
using MeetWebhooks.AppHost.Publishing;
using MeetWebhooks.AppHost.Start;

return await Launcher.RunAsync(args, builder =>
{
    // OpenVidu Meet is one in containers, the simulator, or one that runs elsewhere. Redis holds the log of its webhooks.
    var selection = MeetSelection.From(builder);
    var meet = builder.AddMeet("meet", selection);
    var redis = builder.AddRedisForLog("redis", selection);

    // The Api validates webhooks and appends them to the log; it manages rooms and recordings in OpenVidu Meet.
    var api = builder.AddService<Projects.MeetWebhooks_Api>("api")
        .WithReference(meet).WaitFor(meet)
        .WithReference(redis).WaitFor(redis);

    // Web, the front door, in any number of replicas: serves the page, relays the log to browsers, and forwards webhooks
    // and commands to the Api.
    var web = builder.AddService<Projects.MeetWebhooks_Web>("web")
        .WithReplicas(builder.Configuration.GetNumber("Web:Replicas", 2, maximum: 100))
        .WithReference(redis).WaitFor(redis)
        .WithReference(api).WaitFor(api)
        .WithMeetPublicUrl(meet)
        .WithFrontDoor()
        .WithFrontDoorCommands(meet);

    // OpenVidu Meet delivers its webhooks to the front door.
    meet.WithWebhook(web.GetEndpoint("http"));

    builder.AddPublishing();
});
