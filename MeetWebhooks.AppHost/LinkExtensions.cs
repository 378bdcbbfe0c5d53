namespace MeetWebhooks.AppHost;

/// <summary>The links in the dashboard's resource list.</summary>
internal static class LinkExtensions
{
    /// <summary>
    /// Shows one link for a resource: to an endpoint, on <c>localhost</c>. All other URLs, such as the one with this
    /// machine's name, are in the resource's details.
    /// </summary>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointName">The endpoint.</param>
    /// <param name="text">The link's text.</param>
    /// <param name="path">The path that the link leads to.</param>
    public static IResourceBuilder<T> WithLink<T>(
        this IResourceBuilder<T> builder, string endpointName, string text, string path = "/")
        where T : IResourceWithEndpoints => builder
        .WithoutLinks()
        .WithUrlForEndpoint(endpointName, url =>
        {
            url.Url = path;
            url.DisplayText = text;
            url.DisplayLocation = UrlDisplayLocation.SummaryAndDetails;
        });

    /// <summary>Shows no link for a resource. Its URLs are in its details.</summary>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> WithoutLinks<T>(this IResourceBuilder<T> builder)
        where T : IResource =>
        builder.WithUrls(context =>
        {
            foreach (var url in context.Urls)
                url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
        });
}
