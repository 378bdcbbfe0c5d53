using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery.Http;
using Yarp.ReverseProxy.Forwarder;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>Forwards a request to the Api, body and all, without reading it.</summary>
internal sealed partial class ApiForwarder(
    IHttpForwarder forwarder,
    IServiceDiscoveryHttpMessageHandlerFactory discovery,
    IOptions<ForwardingOptions> options,
    ILogger<ApiForwarder> logger) : IDisposable
{
    // A service's name, which service discovery turns into an address of it.
    private const string Api = "http://api";

    private readonly ForwarderRequestConfig _limits = new() { ActivityTimeout = options.Value.Timeout };

    private readonly HttpMessageInvoker _client = new(new WholeBodyHandler(discovery.CreateHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        EnableMultipleHttp2Connections = true,
        // As Kestrel has read them: a header in another language is no reason not to forward.
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        UseCookies = false,
        UseProxy = false,
    })));

    /// <summary>Forwards, and answers 503 where the Api does not, 504 where it is too slow.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var error = await forwarder.SendAsync(context, Api, _client, _limits, HttpTransformer.Default);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        context.Response.Clear();
        await ProblemOf(error, context).ExecuteAsync(context);
    }

    private ProblemHttpResult ProblemOf(ForwarderError error, HttpContext context)
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
            ? Problem.Answer(
                StatusCodes.Status504GatewayTimeout,
                "The Api did not answer in time. Check how it is doing, or give it longer (Api:Timeout).")
            : Problem.Unavailable(context.Response, "The Api does not answer. Check that it runs; then try again.");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    [LoggerMessage(LogLevel.Warning, "The Api did not answer ({Error}).")]
    private partial void LogUnanswered(ForwarderError error);
}
