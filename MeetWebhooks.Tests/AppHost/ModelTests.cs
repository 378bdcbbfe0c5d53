using Aspire.Hosting.ApplicationModel;

namespace MeetWebhooks.Tests.AppHost;

public sealed class ModelTests
{
    [Fact]
    public async Task Without_containers_the_simulator_and_the_embedded_Redis_stand_in()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Simulator");

        Assert.IsAssignableFrom<ProjectResource>(builder.Resource("meet"));
        Assert.IsType<ProjectResource>(builder.Resource("redis-embedded"));
        Assert.DoesNotContain(builder.Resources, resource => resource is ContainerResource);
        Assert.Equal(["redis-embedded"], builder.Waits("redis"));
        Assert.True(builder.IsHidden("redis-embedded"));
    }

    [Theory]
    [InlineData("Meet:ServerUrl")]
    [InlineData("OV_MEET_SERVER_URL")]
    public async Task A_Meet_that_runs_elsewhere_is_used_and_none_is_started(string setting)
    {
        await using var builder = await Model.ReadAsync($"{setting}=https://meet.example.com/meet");

        var url = Assert.IsType<ParameterResource>(builder.Resource("meet-url"));
        Assert.Equal("https://meet.example.com/meet", await url.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.False(builder.Resource("meet") is ProjectResource or ContainerResource);
        Assert.Equal("{meet-url.value}", (await builder.EnvironmentAsync("api"))["Meet__ServerUrl"]);
        Assert.Equal("{meet-url.value}", (await builder.EnvironmentAsync("web"))["Meet__PublicUrl"]);
    }

    [Theory]
    [InlineData("Containers", "MEET_INITIAL_WEBHOOK_URL")]
    [InlineData("Simulator", "Simulator__WebhookUrl")]
    public async Task Meet_delivers_its_webhooks_to_the_front_door(string mode, string variable)
    {
        await using var builder = await Model.ReadAsync($"Meet:Mode={mode}");

        Assert.Equal("{web.bindings.http.url}/webhook", (await builder.EnvironmentAsync("meet"))[variable]);
    }

    [Theory]
    [InlineData("Containers", "{meet.bindings.http.url}")]
    [InlineData("Simulator", "{meet.bindings.http.url}")]
    [InlineData("External", "{meet-url.value}")]
    public async Task The_Api_gets_Meets_URL_and_key_and_Web_its_URL_only(string mode, string url)
    {
        await using var builder = await Model.ReadAsync($"Meet:Mode={mode}");

        var api = await builder.EnvironmentAsync("api");
        Assert.Equal(url, api["Meet__ServerUrl"]);
        Assert.Equal("{meet-api-key.value}", api["Meet__ApiKey"]);
        var web = await builder.EnvironmentAsync("web");
        Assert.Equal(url, web["Meet__PublicUrl"]);
        Assert.DoesNotContain("{meet-api-key.value}", web.Values);
    }

    [Fact]
    public async Task The_front_door_listens_on_all_interfaces_before_all_replicas()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Simulator", "web-replicas=3");

        var frontDoor = builder.Endpoint("web", "http");
        Assert.Equal(6080, frontDoor.Port);
        Assert.Equal("0.0.0.0", frontDoor.TargetHost);
        Assert.True(frontDoor.IsExternal);
        Assert.True(frontDoor.IsProxied);
        Assert.Equal(3, builder.Resource("web").GetReplicaCount());
        Assert.Equal("localhost", builder.Endpoint("api", "http").TargetHost);
    }

    [Fact]
    public async Task Two_replicas_run_unless_more_are_asked_for()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Simulator");

        Assert.Equal(2, builder.Resource("web").GetReplicaCount());
    }

    [Theory]
    [InlineData("Containers")]
    [InlineData("Simulator")]
    [InlineData("External")]
    public async Task Each_service_waits_for_those_that_it_needs(string mode)
    {
        await using var builder = await Model.ReadAsync($"Meet:Mode={mode}");

        Assert.Equal(["meet", "redis"], builder.Waits("api"));
        Assert.Equal(["api", "redis"], builder.Waits("web"));
    }

    [Fact]
    public async Task Meets_API_key_is_a_secret_and_that_of_the_tutorial_in_development()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Containers");

        var key = Assert.IsType<ParameterResource>(builder.Resource("meet-api-key"));
        Assert.True(key.Secret);
        Assert.Equal(Delivery.ApiKey, await key.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Equal("{meet-api-key.value}", (await builder.EnvironmentAsync("meet"))["MEET_INITIAL_API_KEY"]);
    }

    [Fact]
    public async Task Redis_writes_each_event_to_a_volume()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Containers");

        var redis = Assert.IsType<RedisResource>(builder.Resource("redis"));
        Assert.Contains(redis.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Target == "/data");
        var arguments = new CommandLineArgsCallbackContext([], redis) { ExecutionContext = builder.ExecutionContext };
        foreach (var callback in redis.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await callback.Callback(arguments);
        Assert.Contains("--appendonly yes", arguments.Args);
    }
}
