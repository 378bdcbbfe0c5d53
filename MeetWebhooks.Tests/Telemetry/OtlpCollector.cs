using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.Telemetry;

/// <summary>Keeps what services export over OTLP. Protobuf holds texts as they are.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, IHeaderDictionary Headers, string Body)> _exports = [];

    private OtlpCollector(WebApplication app)
    {
        _app = app;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _exports.Enqueue((
                context.Request.Path,
                new HeaderDictionary(context.Request.Headers.ToDictionary()),
                Encoding.Latin1.GetString(body.ToArray())));
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
    }

    /// <summary>The paths that something was exported to, in alphabetical order.</summary>
    public IEnumerable<string> Paths => _exports.Select(export => export.Path).Distinct().Order();

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Starts a collector on a free port.</summary>
    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>All that was exported to a path.</summary>
    public string Text(string path) =>
        string.Concat(_exports.Where(export => export.Path == path).Select(export => export.Body));

    /// <summary>The values that a header of exports had.</summary>
    public IEnumerable<string?> Headers(string name) =>
        _exports.Select(export => export.Headers[name].ToString()).Distinct();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
