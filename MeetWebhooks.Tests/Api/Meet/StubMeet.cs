using System.Collections.Concurrent;
using System.Text;
using MeetWebhooks.Tests.Captures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.Tests.Api.Meet;

/// <summary>What a request to Meet looked like.</summary>
internal sealed record MeetRequest(string Method, string Target, string? ApiKey, string? ContentType, string Body);

/// <summary>Answers in the place of OpenVidu Meet, well or badly, and remembers what it was asked.</summary>
internal sealed class StubMeet : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubMeet(WebApplication app, Func<HttpContext, MeetRequest, Task> answer)
    {
        _app = app;
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = new MeetRequest(
                context.Request.Method,
                context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
                context.Request.Headers["X-API-KEY"],
                context.Request.ContentType,
                await reader.ReadToEndAsync(context.RequestAborted));
            Requests.Enqueue(request);
            await answer(context, request);
        });
    }

    public ConcurrentQueue<MeetRequest> Requests { get; } = [];

    public string Url => _app.Urls.First();

    /// <summary>Answers every request as the function does.</summary>
    public static async Task<StubMeet> StartAsync(Func<HttpContext, MeetRequest, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new StubMeet(builder.Build(), answer);
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>Answers every request with a captured answer.</summary>
    public static Task<StubMeet> StartAsync(string capture, string version = CaptureFile.Simulated)
    {
        var exchange = RestExchange.Read(capture, version);
        return StartAsync(exchange.Status, exchange.ContentType, exchange.AnswerBytes);
    }

    /// <summary>Answers every request in the same way.</summary>
    public static Task<StubMeet> StartAsync(int status, string contentType, string body) =>
        StartAsync(status, contentType, Encoding.UTF8.GetBytes(body));

    private static Task<StubMeet> StartAsync(int status, string contentType, byte[] body) =>
        StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(body).AsTask();
        });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
