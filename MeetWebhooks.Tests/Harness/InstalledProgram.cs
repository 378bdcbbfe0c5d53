namespace MeetWebhooks.Tests.Harness;

/// <summary>Programs on this machine.</summary>
public static class InstalledProgram
{
    /// <summary>Looks for a program on the PATH.</summary>
    /// <param name="names">The names that it can have.</param>
    /// <returns>Its file, or null.</returns>
    public static string? Find(params IEnumerable<string> names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
