using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using MeetWebhooks.ServiceDefaults;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>Limits how many streams one address has open (<see cref="StreamOptions.MaxPerAddress"/>).</summary>
internal sealed class StreamLimit(IOptions<StreamOptions> options) : IRateLimiterPolicy<IPAddress>
{
    /// <inheritdoc/>
    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; } = static async (rejected, _) =>
        await RejectAsync(
            rejected.HttpContext,
            StatusCodes.Status429TooManyRequests,
            "Too many streams are open from your address (Streams:MaxPerAddress). Close some, then try again.");

    /// <summary>Answers that there are too many streams.</summary>
    public static Task RejectAsync(HttpContext context, int status, string message)
    {
        context.Response.Headers.RetryAfter = "10";
        return Problem.Answer(status, message).ExecuteAsync(context);
    }

    /// <inheritdoc/>
    public RateLimitPartition<IPAddress> GetPartition(HttpContext httpContext)
    {
        // A Unix socket's peers have no address: they are this machine.
        var address = ClientOf(httpContext.Connection.RemoteIpAddress ?? IPAddress.Loopback);
        return options.Value.LimitOf(address) is { } limit
            ? RateLimitPartition.GetConcurrencyLimiter(address, _ => new() { PermitLimit = limit, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(address);
    }

    /// <summary>The address that a limit is for. A client has all addresses of an IPv6 network of 64 bits.</summary>
    private static IPAddress ClientOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
