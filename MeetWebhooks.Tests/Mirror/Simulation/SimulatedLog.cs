using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeetWebhooks.Mirror.Following;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>
/// The log as one node sees it: each call takes time, or fails; events are heard live, some late or not at all. It follows the
/// log in the same way as <see cref="LogFollower"/>.
/// </summary>
internal sealed class SimulatedLog : IMirrorLog
{
    private const int PageSize = 500;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly Node _node;
    private readonly World _world;
    private readonly Channel<Signal> _signals =
        Channel.CreateUnbounded<Signal>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });

    private LogPosition? _position;
    private TaskCompletionSource? _refresh;
    private TimeSpan _heard;
    private TimeSpan _currentAt;
    private long _awaited;
    private int _follows;
    private bool _isCurrent;
    private bool _isInDoubt;
    private bool _isListening;

    public SimulatedLog(Node node)
    {
        _node = node;
        _world = node.World;
        _currentAt = _world.Now;
        _world.Redis.Published += OnPublished;
        _world.Redis.ConnectionChanged += OnConnectionChanged;
    }

    public TimeSpan Age => _isCurrent ? TimeSpan.Zero : _world.Now - _currentAt;

    /// <summary>How likely a live event is lost on its way.</summary>
    public double Loss { get; set; }

    public Task RefreshAsync()
    {
        if (_refresh is null)
        {
            _refresh = new TaskCompletionSource();
            _signals.Writer.TryWrite(new Signal(MustRead: true));
        }

        return _refresh.Task;
    }

    public async IAsyncEnumerable<LogBatch> FollowAsync(
        LogPosition? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _position = after;
        _ = CheckAsync(++_follows);
        try
        {
            await foreach (var batch in CatchUpAsync(cancellationToken))
                yield return batch;

            var live = new List<LoggedEvent>();
            while (await _signals.Reader.WaitToReadAsync(cancellationToken))
            {
                var start = _position!.Value;
                var mustCatchUp = false;
                while (!mustCatchUp && _signals.Reader.TryRead(out var signal))
                    mustCatchUp = Take(signal, live);

                if (live.Count > 0)
                {
                    yield return new LogBatch(start, Starts: false, live);
                    live = [];
                }

                if (!mustCatchUp && !_isInDoubt)
                    continue;
                await foreach (var batch in CatchUpAsync(cancellationToken))
                    yield return batch;
            }
        }
        finally
        {
            _isCurrent = false;
            _isListening = false;
            _follows++;
        }
    }

    public async Task<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken) =>
        await CallAsync(redis => redis.NewestSnapshot(), cancellationToken) is { } name
            ? await CallAsync(redis => redis.Snapshot(name), cancellationToken)
            : null;

    public Task<bool> AppendSnapshotAsync(
        LogSnapshot snapshot, string? before, byte[] payload, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.AppendSnapshot(snapshot, before, payload), cancellationToken);

    public Task<bool> AppendAtAsync(
        LogPosition last, IEnumerable<byte[]> payloads, CancellationToken cancellationToken)
    {
        var sent = payloads.ToList();
        return CallAsync(redis => redis.AppendAt(last, sent), cancellationToken);
    }

    public Task AppendAsync(byte[] payload, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.Append(payload), cancellationToken);

    /// <summary>Appends a webhook, as the Api does that receives it.</summary>
    public Task<bool> AppendAsync(byte[] payload, string delivery) =>
        CallAsync(redis => redis.Append(payload, delivery), CancellationToken.None);

    public Task<bool> TakeTurnAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken) =>
        CallAsync(redis => redis.TakeTurn(name, owner, time), cancellationToken);

    private async Task<T> CallAsync<T>(Func<SimulatedRedis, T> script, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>();
        _world.Schedule(Latency(), () =>
        {
            if (!_world.Redis.IsAway)
            {
                var result = script(_world.Redis);
                Answer(() => answer.TrySetResult(result));
            }
            else if (_world.Redis.Refuses)
            {
                Answer(() => answer.TrySetException(new WebhookLogUnavailableException("Redis refuses the connection.")));
            }
        });

        try
        {
            return await answer.Task.WaitAsync(Timeout, _node.Time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new WebhookLogUnavailableException("Redis does not answer.", exception);
        }

        // One that is on its way when Redis goes away silently never arrives.
        void Answer(Action action) => _world.Schedule(Latency(), () =>
        {
            if (!_world.Redis.IsAway || _world.Redis.Refuses)
                _node.Do(action);
        });
    }

    private TimeSpan Latency() => TimeSpan.FromSeconds(_world.Uniform(0, 0.02 + (_node.Lag / 4)));

    private void OnPublished(LoggedEvent logged)
    {
        if (!_isListening || _node.IsDead || _world.Happens(Loss))
            return;
        var arrives = _world.Now + TimeSpan.FromSeconds(_world.Uniform(0, 0.02 + _node.Lag));
        _heard = arrives > _heard ? arrives : _heard;
        _world.Schedule(_heard - _world.Now, () => _node.Do(() => _signals.Writer.TryWrite(new Signal(logged))));
    }

    private void OnConnectionChanged(bool isConnected)
    {
        _isListening = false;
        _node.Do(() => _signals.Writer.TryWrite(new Signal(MustRead: true, IsLost: !isConnected)));
    }

    private bool Take(Signal signal, List<LoggedEvent> live)
    {
        if (signal.IsLost)
            _isCurrent = false;
        if (signal.MustRead)
            return true;
        if (signal.Last is { } last)
            return LacksEvents(last);
        if (signal.Event is not { } logged)
            return false;

        var position = _position!.Value;
        if (logged.Previous == position)
        {
            live.Add(logged);
            _position = logged.Id;
            return false;
        }

        _isInDoubt |= logged.Id.Number <= position.Number;
        if (logged.Id.Number <= position.Number)
            return false;
        _isCurrent = false;
        return true;
    }

    private bool LacksEvents(LogPosition last)
    {
        var position = _position!.Value;
        var isLost = last != position && (last.Number <= position.Number || _awaited > position.Number);
        if (isLost)
            _isCurrent = false;
        _awaited = last.Number;
        return isLost || !_isCurrent || !_isListening;
    }

    private async Task CheckAsync(int follow)
    {
        while (true)
        {
            await Task.Delay(CheckInterval, _node.Time);
            if (follow != _follows)
                return;
            try
            {
                var page = await CallAsync(redis => redis.Read(null, 0), CancellationToken.None);
                _signals.Writer.TryWrite(new Signal(Last: page.Last));
            }
            catch (WebhookLogUnavailableException)
            {
                _signals.Writer.TryWrite(new Signal(IsLost: true));
            }
        }
    }

    private async IAsyncEnumerable<LogBatch> CatchUpAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var refresh = _refresh;
        _refresh = null;
        if (!_isListening)
            await SubscribeAsync(cancellationToken);

        LogPage page;
        do
        {
            page = await ReadAsync(cancellationToken);
            var starts = !page.Continues;
            var after = starts ? page.Events.Count > 0 ? page.Events[0].Previous : page.Last : _position!.Value;
            _position = page.Events.Count > 0 ? page.Events[^1].Id : after;
            if (starts || page.Events.Count > 0)
                yield return new LogBatch(after, starts, page.Events, MoreFollow: _position != page.Last);
        }
        while (_position != page.Last);

        _awaited = 0;
        _isInDoubt = false;
        _isCurrent = _isListening;
        if (_isCurrent)
            _currentAt = _world.Now;
        refresh?.TrySetResult();
    }

    private async Task<LogPage> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await CallAsync(redis => redis.Read(_position, PageSize), cancellationToken);
            }
            catch (WebhookLogUnavailableException)
            {
                _isCurrent = false;
                await Task.Delay(RetryDelay, _node.Time, cancellationToken);
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            _isListening = await CallAsync(redis => !redis.IsAway, cancellationToken);
        }
        catch (WebhookLogUnavailableException)
        {
            _isCurrent = false;
        }
    }

    private readonly record struct Signal(
        LoggedEvent? Event = null, LogPosition? Last = null, bool MustRead = false, bool IsLost = false);
}
