using Aspire.Hosting.ApplicationModel;

namespace MeetWebhooks.Tests.AppHost;

public sealed class ModelTests
{
    [Fact]
    public async Task Without_containers_the_simulator_and_the_embedded_Redis_stand_in()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Simulator");

        Assert.IsType<ProjectResource>(builder.Resource("meet"));
        Assert.IsType<ProjectResource>(builder.Resource("redis-embedded"));
        Assert.DoesNotContain(builder.Resources, resource => resource is ContainerResource);
        Assert.Equal(["redis-embedded"], builder.Waits("redis"));
        Assert.Equal("{web.bindings.http.url}/webhook", (await builder.EnvironmentAsync("meet"))["Simulator__WebhookUrl"]);
    }

    [Fact]
    public async Task A_Meet_that_runs_elsewhere_is_used_and_none_is_started()
    {
        await using var builder = await Model.ReadAsync("Meet:ServerUrl=https://meet.example.com/meet");

        var meet = Assert.IsType<ParameterResource>(builder.Resource("meet-url"));
        Assert.Equal(
            "https://meet.example.com/meet", await meet.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "meet");
        Assert.Equal("{meet-url.value}", (await builder.EnvironmentAsync("api"))["Meet__ServerUrl"]);
        Assert.Equal("{meet-url.value}", (await builder.EnvironmentAsync("web"))["Meet__PublicUrl"]);
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
    public async Task Each_service_waits_for_those_that_it_needs(string mode)
    {
        await using var builder = await Model.ReadAsync($"Meet:Mode={mode}");

        Assert.Equal(["meet", "redis"], builder.Waits("api"));
        Assert.Equal(["api", "redis"], builder.Waits("web"));
    }

    [Fact]
    public async Task Only_the_Api_and_Meet_get_the_API_key_and_it_is_a_secret()
    {
        await using var builder = await Model.ReadAsync("Meet:Mode=Containers");

        var key = Assert.IsType<ParameterResource>(builder.Resource("meet-api-key"));
        Assert.True(key.Secret);
        Assert.Equal(Delivery.ApiKey, await key.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Equal("{meet-api-key.value}", (await builder.EnvironmentAsync("api"))["Meet__ApiKey"]);
        Assert.Equal("{meet-api-key.value}", (await builder.EnvironmentAsync("meet"))["MEET_INITIAL_API_KEY"]);
        Assert.DoesNotContain("{meet-api-key.value}", (await builder.EnvironmentAsync("web")).Values);
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
