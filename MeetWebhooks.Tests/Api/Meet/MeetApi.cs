using System.Net.Sockets;
using System.Text;
using MeetWebhooks.Api;
using MeetWebhooks.Events;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Standalone;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.Api.Meet;

/// <summary>The Api's rooms and recordings, between a Meet of the test's choice and a log of its own.</summary>
internal sealed class MeetApi : IAsyncDisposable
{
    public const string Key = "a-key-that-nobody-may-see";

    private static readonly Lazy<EmbeddedRedis> Redis = new(() => EmbeddedRedis.Start());

    private readonly WebApplication _app;

    private MeetApi(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public EventLog Log => _app.Services.GetRequiredService<EventLog>();

    public LogText LogText => _app.Services.GetRequiredService<LogText>();

    public static async Task<MeetApi> StartAsync(string meetUrl, string? redis = null, string timeout = "00:00:30")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Meet:ServerUrl"] = meetUrl;
        builder.Configuration["Meet:ApiKey"] = Key;
        builder.Configuration["Meet:Timeout"] = timeout;
        builder.Configuration["Events:KeyPrefix"] = Guid.NewGuid().ToString("N");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<LogText>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogText>());
        builder.Configuration["ConnectionStrings:redis"] = redis ?? Redis.Value.ConnectionString;
        builder.AddWiring();
        builder.AddApi();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        var app = builder.Build();
        app.MapApi();
        await app.StartAsync();
        return new MeetApi(app);
    }

    /// <summary>Sends a request whose target is exactly the text: no client that tidies it up comes between.</summary>
    /// <returns>The answer's status.</returns>
    public async Task<int> SendRawAsync(string method, string target, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, cancellationToken);
        await using var stream = client.GetStream();
        var request = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(cancellationToken);
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The events in the log, as text.</summary>
    public async Task<string[]> EventsAsync(CancellationToken cancellationToken)
    {
        var page = await Log.ReadAsync(null, 100, cancellationToken);
        return [.. page.Events.Select(logged => Encoding.UTF8.GetString(logged.Payload.Span))];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
