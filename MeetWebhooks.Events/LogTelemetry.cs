using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using StackExchange.Redis;

namespace MeetWebhooks.Events;

/// <summary>
/// What the log tells of itself, named as in OpenTelemetry's
/// <see href="https://opentelemetry.io/docs/specs/semconv/messaging/">conventions for messaging</see>.
/// </summary>
public static class LogTelemetry
{
    /// <summary>The name of the log's activity source and meter.</summary>
    public const string Name = "MeetWebhooks.Events";

    /// <summary>What histograms of times in seconds tell apart: from a millisecond to ten seconds.</summary>
    public static readonly InstrumentAdvice<double> Times = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> AppendDuration = Meter.CreateHistogram<double>(
        "meetwebhooks.log.append.duration", "s", "Time until Redis had stored and published an event.", null, Times);

    private static readonly Counter<long> Gaps = Meter.CreateCounter<long>(
        "meetwebhooks.log.gaps_healed", "{gap}", "Gaps in the live messages that were filled from the log.");

    private static readonly Counter<long> Restarts = Meter.CreateCounter<long>(
        "meetwebhooks.log.restarts", "{restart}", "Times that the log was found started anew, or trimmed past a follower.");

    /// <summary>
    /// Starts the span of a follower that handles an event, as part of the trace that the event was appended in.
    /// </summary>
    /// <param name="logged">The event.</param>
    /// <param name="operation">What the follower does with it, for example <c>relay</c>.</param>
    /// <returns>The span, or null where nobody records it.</returns>
    public static Activity? StartProcess(LoggedEvent logged, string operation)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ActivityContext.TryParse(logged.TraceParent, traceState: null, isRemote: true, out var parent);
        var activity = Source.StartActivity($"{operation} {Destination}", ActivityKind.Consumer, parent);
        if (activity is null)
            return null;

        Describe(activity, operation, "process", logged.Payload.Length);
        activity.SetTag("messaging.message.id", logged.Id.ToString());
        return activity;
    }

    internal static Publish StartPublish(int size, IConnectionMultiplexer redis)
    {
        var activity = Source.StartActivity($"publish {Destination}", ActivityKind.Producer);
        if (activity is not null)
        {
            Describe(activity, "publish", "send", size);
            var (host, port) = redis.GetEndPoints().FirstOrDefault() switch
            {
                DnsEndPoint name => (name.Host, name.Port),
                IPEndPoint address => (address.Address.ToString(), address.Port),
                _ => (null, 0),
            };
            activity.SetTag("server.address", host);
            activity.SetTag("server.port", port);
        }

        return new Publish(activity, Stopwatch.GetTimestamp());
    }

    internal static void GapHealed() => Gaps.Add(1);

    internal static void LogRestarted() => Restarts.Add(1);

    private const string Destination = "events";

    private static void Describe(Activity activity, string operation, string type, int size)
    {
        activity.SetTag("messaging.system", "redis");
        activity.SetTag("messaging.destination.name", Destination);
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", type);
        activity.SetTag("messaging.message.body.size", size);
    }

    /// <summary>One append while it is under way: its span and its stop-watch.</summary>
    internal readonly record struct Publish(Activity? Activity, long StartedAt) : IDisposable
    {
        public void Done(Appended appended)
        {
            AppendDuration.Record(Stopwatch.GetElapsedTime(StartedAt).TotalSeconds);
            Activity?.SetTag("messaging.message.id", appended.Id.ToString());
            Activity?.SetTag("meetwebhooks.delivery.repeated", appended.IsRepeat);
        }

        public void Failed(Exception exception)
        {
            Activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            Activity?.SetTag("error.type", exception.GetType().FullName);
        }

        public void Dispose() => Activity?.Dispose();
    }
}
