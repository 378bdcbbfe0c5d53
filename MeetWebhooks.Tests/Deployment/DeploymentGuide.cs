using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests.Deployment;

/// <summary>The configurations in <c>docs/deployment.md</c>.</summary>
internal static partial class DeploymentGuide
{
    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    /// <summary>Reads the first code block of a language that contains a text.</summary>
    public static string Snippet(string language, string containing = "")
    {
        var snippets = CodeBlock.Matches(File.ReadAllText(Path.Combine(Repository.Folder, "docs", "deployment.md")))
            .Where(block => block.Groups["language"].Value == language)
            .Select(block => block.Groups["text"].Value);
        return snippets.First(text => text.Contains(containing, StringComparison.Ordinal));
    }
}
