using MeetWebhooks.AppHost;
using MeetWebhooks.AppHost.Meet;
using MeetWebhooks.AppHost.Start;

return await Launcher.RunAsync(args, builder =>
{
    var choice = MeetChoice.Make(builder);
    var redis = builder.AddRedisForLog("redis", choice);
    var meet = builder.AddMeet("meet", choice);

    // Rooms, recordings, and the webhooks' way into the log.
    var api = builder.AddService<Projects.MeetWebhooks_Api>("api")
        .WithReference(redis).WaitFor(redis)
        .WithMeet(meet);

    // The page, the events' way to the browsers, and the front door: any number of them.
    var web = builder.AddService<Projects.MeetWebhooks_Web>("web")
        .WithReplicas(builder.Configuration.GetNumber("Web:Replicas", 2, maximum: 100))
        .WithReference(redis).WaitFor(redis)
        .WithReference(api).WaitFor(api)
        .WithMeetUrl("Meet__PublicUrl", meet)
        .WithFrontDoor()
        .WithFrontDoorCommands(meet.ApiKey);

    meet.DeliverTo(web.GetEndpoint("http"));
});
