using System.Net;
using MeetWebhooks.ServiceDefaults;
using Microsoft.Extensions.ServiceDiscovery.Http;
using Yarp.ReverseProxy.Forwarder;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>Forwards a request to the Api, body and all, without reading it.</summary>
internal sealed class ApiForwarder(IHttpForwarder forwarder, IServiceDiscoveryHttpMessageHandlerFactory discovery)
    : IDisposable
{
    // A service's name, which service discovery turns into an address of it.
    private const string Api = "http://api";

    private static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    private readonly HttpMessageInvoker _client = new(discovery.CreateHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
        UseProxy = false,
    }));

    /// <summary>Forwards, and answers 503 where the Api does not.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var error = await forwarder.SendAsync(context, Api, _client, Limits, HttpTransformer.Default);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        context.Response.Clear();
        await Problem.Unavailable(context.Response, "The Api does not answer. Check that it runs; then try again.")
            .ExecuteAsync(context);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
