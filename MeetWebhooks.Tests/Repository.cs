using System.Text.RegularExpressions;

namespace MeetWebhooks.Tests;

/// <summary>The files of this repository.</summary>
internal static partial class Repository
{
    /// <summary>The folder that has the solution.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(Projects.MeetWebhooks_AppHost.ProjectPath)!;

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path, for example <c>docs/redis.md</c>.</param>
    public static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);

    /// <summary>Reads the first code block of a language that contains a text.</summary>
    public static async Task<string> SnippetAsync(string file, string language, string containing = "")
    {
        var snippets = CodeBlock.Matches(await ReadAsync(file))
            .Where(block => block.Groups["language"].Value == language)
            .Select(block => block.Groups["text"].Value);
        return snippets.First(text => text.Contains(containing, StringComparison.Ordinal));
    }
}
