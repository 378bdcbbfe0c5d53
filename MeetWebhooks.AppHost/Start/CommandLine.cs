namespace MeetWebhooks.AppHost.Start;

/// <summary>The program's arguments.</summary>
internal static class CommandLine
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Usage: ./run [--web-replicas NUMBER] [--SETTING=VALUE ...]

        Starts OpenVidu Meet, Redis, the Api and the Web replicas, with the Aspire dashboard.

          --web-replicas NUMBER  number of Web replicas behind the front door (default: 2)
          --SETTING=VALUE        any setting of docs/aspire.md, such as --Meet:Mode=Simulator or --SERVER_PORT=7080
          --help                 show this text
        """;

    // Other options are settings: in a section (Meet:Mode), or named like an environment variable (SERVER_PORT).
    private static readonly HashSet<string> Options =
        new(StringComparer.OrdinalIgnoreCase) { "web-replicas", "environment", "DevTunnel" };

    /// <summary>The settings that have an option of another name.</summary>
    public static Dictionary<string, string> SwitchMappings { get; } = new() { ["--web-replicas"] = "Web:Replicas" };

    /// <summary>Whether the arguments ask for help.</summary>
    public static bool AsksForHelp(string[] args) => args.Any(argument => argument is "--help" or "-h" or "-?");

    /// <summary>Refuses arguments that the configuration would ignore.</summary>
    /// <exception cref="DistributedApplicationException">An argument is not an option, or lacks its value.</exception>
    public static void Check(string[] args)
    {
        // Publishing has options of Aspire's own.
        if (args.Any(argument => argument.Split('=')[0] is "--operation" or "--publisher"))
            return;

        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new DistributedApplicationException(
                    $"'{argument}' is not an option; options start with --, and --help lists them.");
            }

            var name = argument[2..].Split('=')[0];
            if (!Options.Contains(name) && !name.Contains(':') && !name.Contains('_'))
                throw new DistributedApplicationException($"'--{name}' is not an option; --help lists them.");
            if (argument.Contains('='))
                continue;
            if (!rest.TryDequeue(out var value) || value.StartsWith("--", StringComparison.Ordinal))
                throw new DistributedApplicationException($"'--{name}' needs a value; --help shows how.");
        }
    }
}
