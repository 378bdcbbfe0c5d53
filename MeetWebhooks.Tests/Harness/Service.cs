using System.Diagnostics;

namespace MeetWebhooks.Tests.Harness;

/// <summary>The Api or a Web replica as it runs in production: a process of its own.</summary>
public sealed class Service : ServerProcess
{
    private readonly string _assembly;
    private readonly Dictionary<string, string> _settings;
    private readonly int? _openFiles;

    private Service(
        string assembly,
        string redis,
        IEnumerable<(string Key, string Value)> settings,
        CancellationToken cancellationToken,
        int? openFiles = null)
        : base(cancellationToken)
    {
        _assembly = assembly;
        _openFiles = openFiles;
        _settings = new()
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ConnectionStrings:redis"] = redis,
            ["urls"] = $"http://127.0.0.1:{Port}",
        };
        foreach (var (key, value) in settings)
            _settings[key] = value;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(_settings["urls"]),
            Timeout = Eventually.Limit,
        };
    }

    /// <summary>A client of it.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts an Api, in the development environment where the settings don't name another.</summary>
    /// <param name="redis">Redis, as a connection string.</param>
    /// <param name="settings">Settings as in configuration.</param>
    /// <param name="cancellationToken">Ends every wait for it.</param>
    public static Task<Service> StartApiAsync(
        string redis, IEnumerable<(string Key, string Value)> settings, CancellationToken cancellationToken) =>
        StartAsync(new Service("MeetWebhooks.Api", redis, settings, cancellationToken));

    /// <summary>Starts a Web replica, in the development environment where the settings don't name another.</summary>
    /// <param name="redis">Redis, as a connection string.</param>
    /// <param name="api">The Api that it forwards to.</param>
    /// <param name="settings">Settings as in configuration.</param>
    /// <param name="cancellationToken">Ends every wait for it.</param>
    /// <param name="openFiles">How many files it may have open; by default as many as this process.</param>
    public static Task<Service> StartWebAsync(
        string redis,
        Service api,
        IEnumerable<(string Key, string Value)> settings,
        CancellationToken cancellationToken,
        int? openFiles = null) =>
        StartAsync(new Service(
            "MeetWebhooks.Web",
            redis,
            [("services:api:http:0", api.Client.BaseAddress!.ToString()), .. settings],
            cancellationToken,
            openFiles));

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Client.Dispose();
        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Describe()
    {
        var start = Program(_assembly);
        if (_openFiles is not null)
        {
            IEnumerable<string> program = [start.FileName, .. start.ArgumentList];
            start.FileName = "bash";
            start.ArgumentList.Clear();
            foreach (var argument in (string[])["-c", $"ulimit -n {_openFiles}; exec \"$0\" \"$@\"", .. program])
                start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in _settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    /// <inheritdoc/>
    protected override Task<bool> AnswersAsync() => Client.SucceedsAsync("alive", CancellationToken);
}
