using System.Text.RegularExpressions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace MeetWebhooks.AppHost.Start;

/// <summary>Follows the start of the resources and shows which one it waits for.</summary>
internal sealed partial class StartProgress(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService resourceLogs,
    TimeProvider time,
    ILogger<StartProgress> logger)
{
    private const string DashboardName = "aspire-dashboard";
    private const int ShownLogLines = 10;

    // Resources that start at the same moment are shown on one line.
    private static readonly TimeSpan DisplayDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(30);

    // The latest state of each instance of each resource.
    private readonly Dictionary<string, ResourceEvent> _instances = [];
    private volatile string _waitingFor = "";
    private string _displayed = "";

    /// <summary>The dashboard's address, with the token that logs in, or null while it has none.</summary>
    public string? Dashboard { get; private set; }

    /// <summary>The instances of the projects among the resources.</summary>
    public IEnumerable<string> Projects => _instances.Values
        .Where(instance => instance.Resource is ProjectResource).Select(instance => instance.ResourceId);

    /// <summary>Waits until all resources are healthy.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="DistributedApplicationException">A resource has ended or could not be started.</exception>
    public async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var display = time.CreateTimer(_ => Display(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (!MustStart(change.Resource))
                continue;
            _instances[change.ResourceId] = change;
            if (change.Resource.Name == DashboardName)
                Dashboard = change.Snapshot.Urls.FirstOrDefault(url => url.Name is "http" or "https")?.Url ?? Dashboard;
            if (FailureOf(change.Snapshot) is { } failure)
            {
                throw new DistributedApplicationException(
                    $"{change.Resource.Name} {failure}{await ReadLogAsync(change.ResourceId, cancellationToken)}");
            }

            var pending = model.Resources.Where(MustStart).Where(resource => !IsHealthy(resource)).ToList();
            if (pending.Count == 0)
                return;
            var waitingFor = string.Join(", ", pending.Where(IsStarting).Select(resource => resource.Name));
            if (waitingFor.Length > 0 && waitingFor != _waitingFor)
            {
                _waitingFor = waitingFor;
                display.Change(DisplayDelay, ReminderInterval);
            }
        }
    }

    // The others are values, or a person starts them.
    private static bool MustStart(IResource resource) =>
        resource is IResourceWithWaitSupport && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

    private static string? FailureOf(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;
        if (state == KnownResourceStates.RuntimeUnhealthy)
            return "can't start, because the container runtime does not answer.";
        if (state == KnownResourceStates.FailedToStart)
            return "could not be started.";
        return KnownResourceStates.TerminalStates.Contains(state)
            ? $"ended with exit code {snapshot.ExitCode} before everything was healthy."
            : null;
    }

    private bool IsHealthy(IResource resource) => InstancesOf(resource)
        .Count(snapshot => snapshot.HealthStatus == HealthStatus.Healthy) >= resource.GetReplicaCount();

    // Not those that wait for others themselves.
    private bool IsStarting(IResource resource) => InstancesOf(resource).Any(snapshot =>
        snapshot.State?.Text is { Length: > 0 } state
        && state != KnownResourceStates.NotStarted
        && state != KnownResourceStates.Waiting);

    private IEnumerable<CustomResourceSnapshot> InstancesOf(IResource resource) =>
        _instances.Values.Where(instance => instance.Resource == resource).Select(instance => instance.Snapshot);

    // What it wrote to its standard error, or else whatever it wrote last.
    private async Task<string> ReadLogAsync(string instance, CancellationToken cancellationToken)
    {
        var log = new List<LogLine>();
        await foreach (var lines in resourceLogs.GetAllAsync(instance).WithCancellation(cancellationToken))
            log.AddRange(lines);
        var errors = log.Where(line => line.IsErrorMessage).ToList();
        return string.Concat((errors.Count > 0 ? errors : log)
            .TakeLast(ShownLogLines)
            .Select(line => $"\n  {Timestamp().Replace(line.Content, "")}"));
    }

    private void Display()
    {
        var waitingFor = _waitingFor;
        if (waitingFor != _displayed)
            LogWaiting(waitingFor);
        else
            LogStillWaiting(waitingFor, Dashboard);
        _displayed = waitingFor;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+ ")]
    private static partial Regex Timestamp();

    [LoggerMessage(LogLevel.Information, "Waiting for {Resources} ...")]
    private partial void LogWaiting(string resources);

    [LoggerMessage(LogLevel.Information, "Still waiting for {Resources}. The dashboard shows the logs: {Dashboard}")]
    private partial void LogStillWaiting(string resources, string? dashboard);
}
