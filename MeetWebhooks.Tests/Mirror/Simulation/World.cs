using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>
/// A whole installation on one thread and on fake time: one Redis, one OpenVidu Meet, Apis and Web replicas. Everything random
/// comes from one seed, so a run can be repeated.
/// </summary>
internal sealed class World : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly PriorityQueue<Action, (long At, long Order)> _actions = new();
    private readonly long _start;
    private long _order;
    private long? _cancelled;

    /// <summary>Creates a world without nodes.</summary>
    /// <param name="seed">The seed of all that is random.</param>
    /// <param name="redis">Makes the Redis, where it is not the usual one.</param>
    /// <param name="retainedEvents">How many events the log keeps.</param>
    public World(int seed = 0, Func<World, SimulatedRedis>? redis = null, int retainedEvents = 10_000)
    {
        // Continuations run where a task completes only where there is no context to go back to.
        SynchronizationContext.SetSynchronizationContext(null);
        Random = new Random(seed);
        LogOptions = new WebhookLogOptions { RetainedEvents = retainedEvents };
        _start = _time.GetTimestamp();
        Redis = redis?.Invoke(this) ?? new SimulatedRedis(this);
        Meet = new SimulatedMeet(this);
    }

    public Random Random { get; }

    public TimeProvider Time => _time;

    public WebhookLogOptions LogOptions { get; }

    public SimulatedRedis Redis { get; }

    public SimulatedMeet Meet { get; }

    public List<ApiNode> Apis { get; } = [];

    public List<Node> Webs { get; } = [];

    public IEnumerable<Node> Nodes => Apis.Concat(Webs);

    public int NodesStarted { get; set; }

    /// <summary>The time since the start.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>What happened, where somebody wants to know.</summary>
    public List<string>? Trace { get; set; }

    public ApiNode StartApi(TimeSpan clockSkew = default)
    {
        var api = new ApiNode(this, clockSkew);
        Apis.Add(api);
        return api;
    }

    public Node StartWeb()
    {
        var web = new Node(this, TimeSpan.Zero);
        Webs.Add(web);
        return web;
    }

    /// <summary>Kills a node without a word and starts a new one that knows nothing.</summary>
    public void Restart(Node node)
    {
        Log("restart", node.Name);
        node.Dispose();
        if (node is ApiNode api)
            Apis[Apis.IndexOf(api)] = new ApiNode(this, api.ClockSkew);
        else
            Webs[Webs.IndexOf(node)] = new Node(this, TimeSpan.Zero);
    }

    /// <summary>Has something happen later.</summary>
    public void Schedule(TimeSpan delay, Action action)
    {
        lock (_actions)
            _actions.Enqueue(action, ((Now + delay).Ticks, _order++));
    }

    /// <summary>
    /// Waits for what goes on on another thread. Only a cancelled <c>Task.Delay</c> has its continuation run elsewhere; whoever
    /// cancels one goes on with a call, which is scheduled here.
    /// </summary>
    public void Settle()
    {
        if (_cancelled is not { } order)
            return;
        _cancelled = null;
        SpinWait.SpinUntil(() => Scheduled > order, TimeSpan.FromSeconds(20));
    }

    /// <summary>Notes that a delay was cancelled.</summary>
    public void DelayCancelled() => _cancelled = Scheduled;

    /// <summary>Lets time pass.</summary>
    /// <param name="duration">How much.</param>
    /// <param name="onStep">What is done in each step of 50 ms.</param>
    public void Run(TimeSpan duration, Action? onStep = null)
    {
        for (var end = Now + duration; Now < end;)
        {
            onStep?.Invoke();
            _time.Advance(Step);
            while (_actions.TryPeek(out _, out var next) && next.At <= Now.Ticks)
                _actions.Dequeue()();
            foreach (var node in Nodes)
                node.ThrowIfFailed();
        }
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass until something is so.</summary>
    /// <returns>False where it was not so within the time.</returns>
    public bool RunUntil(Func<bool> condition, double seconds)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); Now < end;)
        {
            if (condition())
                return true;
            Run(Step);
        }

        return condition();
    }

    /// <summary>What differs from Meet on which node, or null where nothing does.</summary>
    /// <param name="isIgnored">Which items may differ.</param>
    public string? Difference(Func<string, bool>? isIgnored = null)
    {
        var differences = Nodes
            .Select(node => (node.Name, Items: Meet.DifferencesTo(node.Mirror.View.State)
                .Where(difference => isIgnored?.Invoke(difference.Id) != true)
                .Select(difference => difference.Text).Take(5).ToList()))
            .Where(node => node.Items.Count > 0)
            .Select(node => $"{node.Name}: {string.Join(", ", node.Items)}").ToList();
        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    private long Scheduled
    {
        get
        {
            lock (_actions)
                return _order;
        }
    }

    public double Uniform(double from, double to) => from + (Random.NextDouble() * (to - from));

    public bool Happens(double probability) => Random.NextDouble() < probability;

    public void Log(string what, object? about = null) => Trace?.Add($"{Now.TotalSeconds,8:0.000} {what} {about}");

    /// <summary>Runs seeds in parallel, on threads of their own, from 0 on.</summary>
    /// <param name="count">How many.</param>
    /// <param name="run">Runs one; false ends all.</param>
    public static void ForSeeds(int count, Func<int, bool> run)
    {
        var next = -1;
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            try
            {
                for (var seed = Interlocked.Increment(ref next); seed < count; seed = Interlocked.Increment(ref next))
                {
                    if (!run(seed))
                        Interlocked.Exchange(ref next, count);
                }
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (!failures.IsEmpty)
            throw new AggregateException(failures);
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
            node.Dispose();
    }
}
