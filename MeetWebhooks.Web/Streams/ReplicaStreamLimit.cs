using System.Threading.RateLimiting;
using MeetWebhooks.ServiceDefaults;
using MeetWebhooks.Web.Connections;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Web.Streams;

/// <summary>Limits how many streams this replica has open, so that connections are left for other requests.</summary>
internal sealed partial class ReplicaStreamLimit(
    ConnectionLimits limits, TimeProvider time, ILogger<ReplicaStreamLimit> logger) : IConfigureOptions<RateLimiterOptions>
{
    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    public void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsStream(context)
            ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new() { PermitLimit = limits.Streams, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(false));
        options.OnRejected = async (rejected, _) =>
        {
            if (_warnings.TryPass(out var _))
                LogTooMany(limits.Streams);
            await StreamLimit.RejectAsync(
                rejected.HttpContext,
                StatusCodes.Status503ServiceUnavailable,
                "This replica has as many streams open as it can have. Try again: another one may have room.");
        };
    }

    private static bool IsStream(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == nameof(StreamLimit);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Streams} streams are open, which is the limit; further ones are refused. Let the process open more files "
        + "(ulimit -n, LimitNOFILE), or add replicas.")]
    private partial void LogTooMany(int streams);
}
