using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Faults;

/// <summary>A real redis-server, with a folder of its own for its data.</summary>
public sealed class RedisServer : ServerProcess
{
    private const string Program = "redis-server";

    private readonly string[] _options;
    private readonly string _folder = Directory.CreateTempSubdirectory("redis").FullName;
    private ConnectionMultiplexer? _admin;
    private bool _isSentinel;

    private RedisServer(string[] options) => _options = options;

    /// <summary>What to append to the address in <see cref="ConnectionString"/>, for example a password.</summary>
    public string ClientOptions { get; init; } = "";

    /// <summary>Where it is, as a connection string.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}{ClientOptions}";

    /// <summary>Whether the program is installed.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>
    /// Starts a server, or skips the test where the program is missing. It keeps each write before it answers, so that
    /// a crash loses nothing.
    /// </summary>
    /// <param name="options">Lines of its configuration, for example <c>--requirepass secret</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] options) =>
        StartAsync(clientOptions: "", ["--appendonly yes", "--appendfsync always", .. options]);

    /// <summary>Starts a server with no options but these.</summary>
    public static async Task<RedisServer> StartAsync(string clientOptions, string[] options)
    {
        Assert.SkipUnless(IsInstalled, $"{Program} is not on the PATH.");
        var server = new RedisServer(options) { ClientOptions = clientOptions };
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts a sentinel that watches a primary, under the name <c>primary</c>, and replaces it when it is gone.</summary>
    public static async Task<RedisServer> StartSentinelAsync(RedisServer primary)
    {
        var server = new RedisServer([]) { _isSentinel = true };
        await File.WriteAllTextAsync(
            server.SentinelFile,
            $"""
            port {server.Port}
            bind 127.0.0.1
            dir {server._folder}
            sentinel monitor primary 127.0.0.1 {primary.Port} 1
            sentinel down-after-milliseconds primary 500
            sentinel failover-timeout primary 2000

            """);
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts it again after it ended; the data in its folder is read.</summary>
    public async Task RestartAsync(bool wiped = false)
    {
        await ForgetAdminAsync();
        if (wiped)
        {
            Directory.Delete(_folder, recursive: true);
            Directory.CreateDirectory(_folder);
        }

        await RunAsync();
    }

    /// <summary>Keeps a copy of the data as it is now.</summary>
    public string Backup()
    {
        var backup = Directory.CreateTempSubdirectory("redis").FullName;
        Copy(_folder, backup);
        return backup;
    }

    /// <summary>Kills the server, and starts it with the data of a backup.</summary>
    public async Task RestoreAsync(string backup)
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
        Copy(backup, _folder);
        Directory.Delete(backup, recursive: true);
        await RestartAsync();
    }

    /// <summary>Runs an administrator's command.</summary>
    public async Task<RedisResult> ExecuteAsync(string command, params object[] arguments)
    {
        _admin ??= await ConnectAsync();
        return await _admin.GetServer("127.0.0.1", Port).ExecuteAsync(command, arguments);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await ForgetAdminAsync();
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Describe() => _isSentinel
        ? new ProcessStartInfo(Program, [SentinelFile, "--sentinel"])
        : new ProcessStartInfo(Program, [
            "--bind", "127.0.0.1", "--dir", _folder, "--save", "",
            "--port", Port.ToString(CultureInfo.InvariantCulture),
            .. _options.SelectMany(option => option.Split(' ')),
        ]);

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var redis = await ConnectAsync();
            await redis.GetServer("127.0.0.1", Port).PingAsync();
            return true;
        }
        catch (RedisException)
        {
            return false;
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        var connectionString = $"{ConnectionString},allowAdmin=true,connectTimeout=1000";
        return _isSentinel
            ? ConnectionMultiplexer.SentinelConnectAsync(connectionString)
            : ConnectionMultiplexer.ConnectAsync(connectionString);
    }

    private string SentinelFile => Path.Combine(_folder, "sentinel.conf");

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task ForgetAdminAsync()
    {
        if (_admin is not null)
            await _admin.DisposeAsync();
        _admin = null;
    }
}
