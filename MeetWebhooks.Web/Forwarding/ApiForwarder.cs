using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>Forwards requests to the Api, with their bodies, without reading them.</summary>
internal sealed partial class ApiForwarder(
    IHttpForwarder forwarder,
    ApiConnections connections,
    ConnectionLimits limits,
    IOptions<ForwardingOptions> options,
    ILogger<ApiForwarder> logger) : IDisposable
{
    private readonly Route _requests = new(
        connections,
        limits.Api * 3 / 4,
        options.Value.Timeout,
        "The Api did not answer in time. Check how it is doing, or give it longer (Api:Timeout).");

    // Apart, so that no webhook waits behind lists while OpenVidu Meet is slow.
    private readonly Route _webhooks = new(
        connections,
        limits.Api / 4,
        options.Value.WebhookTimeout,
        "The Api did not answer in time. Check how it is doing; then send the webhook again.");

    /// <summary>
    /// Forwards a request. The answer is 503 if the Api does not answer, 504 if it is slower than
    /// <see cref="ForwardingOptions.Timeout"/>.
    /// </summary>
    public Task ForwardAsync(HttpContext context) => ForwardAsync(context, _requests);

    /// <summary>Forwards a webhook, which has <see cref="ForwardingOptions.WebhookTimeout"/>.</summary>
    public Task ForwardWebhookAsync(HttpContext context) => ForwardAsync(context, _webhooks);

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Dispose();
        _webhooks.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, Route route)
    {
        var error = await forwarder.SendAsync(
            context, ApiConnections.Api, route.Client, route.Limits, HttpTransformer.Default);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        context.Response.Clear();
        await ProblemOf(error, context, route.TooSlow).ExecuteAsync(context);
    }

    private ProblemHttpResult ProblemOf(ForwarderError error, HttpContext context, string tooSlow)
    {
        // What Kestrel found wrong with the request while its body was read: too large, too slow, broken.
        for (var cause = context.GetForwarderErrorFeature()?.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException)
                ExceptionDispatchInfo.Throw(cause);
        }

        if (error is ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled)
            return Problem.Answer(StatusCodes.Status400BadRequest, "The body broke off.");

        LogUnanswered(error);
        return error is ForwarderError.RequestTimedOut
            ? Problem.Answer(StatusCodes.Status504GatewayTimeout, tooSlow)
            : Problem.Unavailable(context.Response, "The Api does not answer. Check that it runs; then try again.");
    }

    [LoggerMessage(LogLevel.Warning, "The Api did not answer ({Error}).")]
    private partial void LogUnanswered(ForwarderError error);

    /// <summary>How some of the requests go to the Api.</summary>
    private sealed class Route(ApiConnections connections, int maxConnections, TimeSpan timeout, string tooSlow) : IDisposable
    {
        public ForwarderRequestConfig Limits { get; } = new() { ActivityTimeout = timeout };

        public string TooSlow => tooSlow;

        public HttpMessageInvoker Client { get; } = new(new WholeBodyHandler(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = connections.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            MaxConnectionsPerServer = maxConnections,
            // So that an Api that is new, or back, soon gets its share.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // As Kestrel has read them, so that all bytes arrive as they were sent.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            UseCookies = false,
            UseProxy = false,
        }));

        public void Dispose() => Client.Dispose();
    }
}
