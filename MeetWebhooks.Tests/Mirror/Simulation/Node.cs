using MeetWebhooks.Mirror.Following;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>A process with a mirror: a Web replica, or an Api. Whatever reaches it waits while it is paused.</summary>
internal class Node : IDisposable
{
    private readonly Queue<Action> _held = new();
    private readonly List<Task> _tasks = [];
    private bool _isPaused;

    public Node(World world, TimeSpan clockSkew)
    {
        World = world;
        ClockSkew = clockSkew;
        Name = $"{(this is ApiNode ? "api" : "web")} {++world.NodesStarted}";
        Time = new NodeTime(world.Time, this);
        Log = new SimulatedLog(this);
        Mirror = new LiveMirror(Log, Time, NullLogger<LiveMirror>.Instance);
        Mirror.Folded += (_, step) => World.Log($"{Name} folds", $"{step.Subject} by {step.Source}");
        Mirror.Started += view => World.Log($"{Name} starts", $"{view.Position} based={view.IsBased} {view.Snapshot}");
        Keep(() => Mirror.RunAsync(CancellationToken.None));
    }

    public World World { get; }

    public string Name { get; }

    public TimeSpan ClockSkew { get; }

    public TimeProvider Time { get; }

    public SimulatedLog Log { get; }

    public LiveMirror Mirror { get; }

    public bool IsDead { get; private set; }

    public bool IsRunning => !IsDead && !_isPaused;

    /// <summary>How much slower than usual messages and answers of Redis arrive, in seconds at most.</summary>
    public double Lag { get; set; }

    /// <summary>Does something in the process: at once, when it goes on, or never.</summary>
    public void Do(Action action)
    {
        if (IsDead)
            return;
        if (_isPaused)
        {
            _held.Enqueue(action);
            return;
        }

        action();
        World.Settle();
    }

    public void Pause()
    {
        World.Log("pause", Name);
        _isPaused = true;
    }

    public void Resume()
    {
        if (!_isPaused)
            return;
        World.Log("resume", Name);
        _isPaused = false;
        while (IsRunning && _held.TryDequeue(out var action))
            Do(action);
    }

    /// <summary>Kills the process without a word.</summary>
    public virtual void Dispose()
    {
        IsDead = true;
        _held.Clear();
    }

    public void ThrowIfFailed()
    {
        if (_tasks.Find(task => task.IsFaulted) is { } failed)
            failed.GetAwaiter().GetResult();
        _tasks.RemoveAll(task => task.IsCompletedSuccessfully);
    }

    /// <summary>Runs something in the process whose failure is a failure of the test.</summary>
    public void Keep(Func<Task> run)
    {
        // It starts with the next step, when whoever creates the node is done.
        World.Schedule(TimeSpan.Zero, () => Do(() => _tasks.Add(run())));
    }

    /// <summary>The process's clocks: its own time of day, and timers that ring only while it runs.</summary>
    private sealed class NodeTime(TimeProvider time, Node node) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + node.ClockSkew;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new NodeTimer(time, node, callback, state, dueTime, period);
    }

    private sealed class NodeTimer : ITimer
    {
        private readonly Node _node;
        private readonly object? _state;
        private readonly ITimer _timer;

        public NodeTimer(
            TimeProvider time, Node node, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _node = node;
            _state = state;
            _timer = time.CreateTimer(given => node.Do(() => callback(given)), state, dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose()
        {
            if (_state is Task { IsCanceled: true } task && task.GetType().Name.StartsWith("Delay", StringComparison.Ordinal))
                _node.World.DelayCancelled();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync() => _timer.DisposeAsync();
    }
}
