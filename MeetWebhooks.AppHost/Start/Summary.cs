using System.Text;

namespace MeetWebhooks.AppHost.Start;

/// <summary>What the console shows of a resource when everything is healthy.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Address">Its URL, where a person can open it.</param>
/// <param name="Note">Which one it is and why, where there is a choice.</param>
internal sealed record SummaryAnnotation(string Title, IValueProvider? Address, string? Note) : IResourceAnnotation;

/// <summary>What the console shows when everything is healthy.</summary>
internal static class Summary
{
    /// <summary>Adds a line about a resource.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="title">What it is.</param>
    /// <param name="address">Its URL, where a person can open it.</param>
    /// <param name="note">Which one it is and why, where there is a choice.</param>
    public static IResourceBuilder<T> WithSummary<T>(
        this IResourceBuilder<T> builder, string title, IValueProvider? address = null, string? note = null)
        where T : IResource =>
        builder.WithAnnotation(new SummaryAnnotation(title, address, note));

    /// <summary>Writes the lines of all resources, the page before what it needs.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="dashboard">The dashboard's address, where there is one.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<string> WriteAsync(
        IEnumerable<IResource> resources, string? dashboard, CancellationToken cancellationToken)
    {
        var summary = new StringBuilder();
        var lines = resources.Reverse().SelectMany(resource => resource.Annotations.OfType<SummaryAnnotation>());
        foreach (var line in lines)
        {
            var address = line.Address is null ? null : await line.Address.GetValueAsync(cancellationToken);
            Append(line.Title, string.Join(", ", ((string?[])[address, line.Note]).OfType<string>()));
        }

        if (dashboard is not null)
            Append("Dashboard", dashboard);
        return summary.ToString();

        void Append(string title, string text) => summary.Append($"  {title,-15}{text}\n");
    }
}
