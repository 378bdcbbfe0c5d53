using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.ServiceDiscovery;

namespace MeetWebhooks.Web.Forwarding;

/// <summary>
/// Connects the forwarder to the Api, at whichever of its addresses answers. If there are several, each is asked every
/// second whether it is alive. Requests that wait for one that hangs fail as soon as that is known, and the next ones go
/// to the others.
/// </summary>
internal sealed partial class ApiConnections(
    ServiceEndpointResolver discovery, TimeProvider time, ILogger<ApiConnections> logger) : BackgroundService
{
    /// <summary>The Api's name, which service discovery knows addresses of.</summary>
    public const string Api = "http://api";

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<IPEndPoint, ApiAddress> _addresses = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // No traces of these requests.
        ActivityHeadersPropagator = null,
        UseProxy = false,
    })
    {
        Timeout = AnswerTimeout,
    };

    private int _connections;
    private bool _isUnknown;

    /// <summary>
    /// Opens a connection. While an address refuses or does not answer, the next one is tried: nothing was sent yet.
    /// </summary>
    /// <exception cref="SocketException">No address takes a connection, or none is known.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (_addresses.IsEmpty)
            await FindAddressesAsync(cancellationToken);

        Exception? failure = null;
        foreach (var address in InTurn())
        {
            try
            {
                return await address.ConnectAsync(cancellationToken);
            }
            catch (Exception exception) when (IsDown(exception, cancellationToken))
            {
                address.IsDown = true;
                failure = exception;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _client.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckInterval, time);
        try
        {
            do
            {
                await CheckAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host would log it as a fault where it stops because the server could not start.
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FindAddressesAsync(cancellationToken);
            _isUnknown = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The addresses that were found before may still answer.
            if (!_isUnknown)
                LogUnknown(exception.Message);
            _isUnknown = true;
        }

        // A single one is waited for as long as the request may take.
        if (_addresses.Count < 2)
            return;
        var addresses = _addresses.Values;
        await Task.WhenAll(addresses.Select(address => CheckAsync(address, cancellationToken)));
        if (addresses.All(address => address.IsDown))
            return;
        foreach (var address in addresses.Where(address => address.IsDown))
        {
            if (address.CloseConnections() is > 0 and var connections)
                LogHanging(address.EndPoint, connections);
        }
    }

    private async Task CheckAsync(ApiAddress address, CancellationToken cancellationToken)
    {
        try
        {
            // Any answer will do: what it says of Redis or Meet is the request's to hear.
            using var answer = await _client.GetAsync($"http://{address.EndPoint}/alive", cancellationToken);
            address.IsDown = false;
        }
        catch (Exception exception) when (IsDown(exception, cancellationToken))
        {
            address.IsDown = true;
        }
    }

    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    private async Task FindAddressesAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<IPEndPoint>();
        foreach (var endpoint in (await discovery.GetEndpointsAsync(Api, cancellationToken)).Endpoints)
            found.UnionWith(await ResolveAsync(endpoint.EndPoint, cancellationToken));
        foreach (var endPoint in found)
            _addresses.GetOrAdd(endPoint, static endPoint => new ApiAddress(endPoint));
        foreach (var endPoint in _addresses.Keys.Where(known => !found.Contains(known)))
            _addresses.TryRemove(endPoint, out _);
    }

    private static async Task<IEnumerable<IPEndPoint>> ResolveAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var (host, port) = endPoint switch
        {
            UriEndPoint url => (url.Uri.DnsSafeHost, url.Uri.Port),
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => throw new NotSupportedException($"The Api cannot be at {endPoint}."),
        };
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        return addresses.Select(address => new IPEndPoint(address, port));
    }

    /// <summary>The addresses in the order to try: those that answer first, and each time another one of them.</summary>
    private IEnumerable<ApiAddress> InTurn()
    {
        var addresses = _addresses.Values.ToArray();
        var first = (int)((uint)Interlocked.Increment(ref _connections) % Math.Max(1, addresses.Length));
        return addresses[first..].Concat(addresses[..first]).OrderBy(address => address.IsDown);
    }

    private static bool IsDown(Exception exception, CancellationToken cancellationToken) =>
        exception is SocketException or HttpRequestException or OperationCanceledException
        && !cancellationToken.IsCancellationRequested;

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The Api at {Address} does not answer. Its {Connections} connections were closed; requests go to the others.")]
    private partial void LogHanging(IPEndPoint address, int connections);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "No address of the Api is found: {Reason} Check services:api:http:0.")]
    private partial void LogUnknown(string reason);
}
