using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace MeetWebhooks.Tests.Harness;

/// <summary>A real redis-server, or valkey-server, with a folder of its own for its data.</summary>
public sealed class RedisServer : ServerProcess
{
    /// <summary>The program that is started where no other one is named.</summary>
    public const string DefaultProgram = "redis-server";

    private readonly string _program;
    private readonly IReadOnlyList<string> _options;
    private readonly string _folder = Directory.CreateTempSubdirectory("redis").FullName;
    private ConnectionMultiplexer? _admin;
    private bool _isSentinel;

    private RedisServer(string program, IReadOnlyList<string> options, CancellationToken cancellationToken)
        : base(cancellationToken)
    {
        _program = program;
        _options = options;
    }

    /// <summary>The connection string.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}{ClientOptions}";

    private string ClientOptions { get; init; } = "";

    /// <summary>Starts a server. It keeps nothing on disk unless its options say so.</summary>
    /// <param name="options">Lines of its configuration, for example <c>--requirepass secret</c>.</param>
    /// <param name="clientOptions">The end of <see cref="ConnectionString"/>, such as <c>,password=secret</c>.</param>
    /// <param name="cancellationToken">Ends every wait for it.</param>
    /// <param name="program">The program, for example <c>valkey-server</c>.</param>
    /// <exception cref="InvalidOperationException">The program is not installed.</exception>
    public static Task<RedisServer> StartAsync(
        IReadOnlyList<string> options,
        string clientOptions,
        CancellationToken cancellationToken,
        string program = DefaultProgram)
    {
        if (InstalledProgram.Find(program) is null)
            throw new InvalidOperationException($"{program} is not on the PATH.");
        return StartAsync(new RedisServer(program, options, cancellationToken) { ClientOptions = clientOptions });
    }

    /// <summary>Starts a sentinel that watches a primary, by the name <c>primary</c>, and replaces it.</summary>
    public static async Task<RedisServer> StartSentinelAsync(RedisServer primary)
    {
        var server = new RedisServer(primary._program, [], primary.CancellationToken) { _isSentinel = true };
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
        return await StartAsync(server);
    }

    /// <summary>Starts it again after it ended, with the data in its folder.</summary>
    /// <param name="wiped">Whether the data is deleted before.</param>
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
        ? new ProcessStartInfo(_program, [SentinelFile, "--sentinel"])
        : new ProcessStartInfo(_program, [
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
