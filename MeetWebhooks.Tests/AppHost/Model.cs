using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.AppHost;

/// <summary>The application as the AppHost describes it, with nothing started.</summary>
internal static class Model
{
    /// <summary>Reads the AppHost's model.</summary>
    /// <param name="settings">Settings as on the command line, for example <c>Meet:Mode=Containers</c>.</param>
    public static async Task<IDistributedApplicationTestingBuilder> ReadAsync(params string[] settings)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.MeetWebhooks_AppHost>(
            [.. settings.Select(setting => "--" + setting)], TestContext.Current.CancellationToken);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        return builder;
    }

    /// <summary>A resource by its name.</summary>
    public static IResource Resource(this IDistributedApplicationBuilder builder, string name) =>
        builder.Resources.Single(resource => resource.Name == name);

    /// <summary>An endpoint of a resource.</summary>
    public static EndpointAnnotation Endpoint(this IDistributedApplicationBuilder builder, string resource, string name) =>
        builder.Resource(resource).Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == name);

    /// <summary>A container's image, with registry and tag.</summary>
    public static string Image(this IDistributedApplicationBuilder builder, string resource)
    {
        Assert.True(builder.Resource(resource).TryGetContainerImageName(out var image));
        return image;
    }

    /// <summary>The names of the resources that one waits for.</summary>
    public static IEnumerable<string> Waits(this IDistributedApplicationBuilder builder, string resource) =>
        builder.Resource(resource).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Order();

    /// <summary>Whether the dashboard's list leaves a resource out.</summary>
    public static bool IsHidden(this IDistributedApplicationBuilder builder, string resource) =>
        builder.Resource(resource).Annotations.OfType<HiddenAnnotation>()
            .Any(hidden => hidden.Behavior == HiddenBehavior.Always);

    /// <summary>
    /// A resource's environment. What is known at run time only stands as an expression in braces, for example
    /// <c>{web.bindings.http.url}/webhook</c>.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(
        this IDistributedApplicationBuilder builder, string resource)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, builder.Resource(resource));
        foreach (var callback in context.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(context);
        return context.EnvironmentVariables.ToDictionary(
            variable => variable.Key,
            variable => variable.Value is IManifestExpressionProvider expression
                ? expression.ValueExpression
                : variable.Value.ToString()!);
    }
}
