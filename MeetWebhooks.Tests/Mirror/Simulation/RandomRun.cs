using MeetWebhooks.Mirror;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>
/// A run of random meetings and random faults, then a quiet time: after the last fault every mirror must be as Meet within 35
/// s (where the two lists took longer than 1.5 s: within 25 times as long); what Meet has said to be deleted, and still lists, within 80 s.
/// </summary>
internal sealed class RandomRun : IDisposable
{
    private const double Limit = 35;
    private const double DeletionLimit = 80;

    // What can be wrong in a run, each with how often it happens in a step of 25 ms.
    private readonly List<(double Rate, Action Happen)> _faults = [];
    private readonly World _world;
    private readonly Random _random;
    private readonly double _rate;
    private readonly double _noise;
    private readonly double _longestDeletion;
    private bool _isOver;

    private RandomRun(int seed, double longestWrite, List<string>? trace)
    {
        _random = new Random(seed);
        _world = new World(seed, retainedEvents: Pick(20, 60, 200, 10_000)) { Trace = trace };
        _rate = Pick(0.002, 0.005, 0.01);
        _noise = Pick(0, 0, 0.02, 0.2);
        _longestDeletion = Pick(0, 10, 60);
        var hour = Pick(0.0, 0, 1);
        for (var apis = Pick(1, 2, 2); apis > 0; apis--)
        {
            _world.StartApi(
                TimeSpan.FromSeconds(_world.Uniform(-50, 50)) + TimeSpan.FromHours(hour * _random.Next(-1, 2)));
        }

        _world.StartWeb();
        _world.StartWeb();
        var meet = _world.Meet;
        meet.ClockSkew = TimeSpan.FromSeconds(_world.Uniform(-50, 50));
        meet.PageSize = Pick(1, 3, 100);
        meet.LongestWrite = Pick(0, 1, longestWrite);
        meet.Lost = Pick(0, 0.15, 0.5);
        meet.Fails = Pick(0, 0.1, 0.4);
        for (var room = _random.Next(8); room > 0; room--)
            meet.Create(ItemKind.Room, meet.NewId("r"));

        (double Rate, Action Happen)[] possible =
        [
            (0.0015, _world.Redis.Wipe),
            (0.002, () => _world.Redis.FailOver(isNoticed: _random.Next(2) == 0)),
            (0.001, () => For(Pick(0.5, 3, 8), () => _world.Redis.GoAway(_random.Next(2) == 0), _world.Redis.ComeBack)),
            (0.001, () => _world.Restart(AnyNode())),
            (0.001, () => Pause(AnyNode())),
            (0.001, () => Lag(AnyNode())),
            (0.001, () => Sicken(Pick(MeetHealth.Slow, MeetHealth.Hangs, MeetHealth.Away))),
            (0.0003, () => meet.ComeBackWith(_ => _random.Next(3) > 0, _random.Next(3))),
            (0.002, AskSomeApi),
        ];
        _faults.AddRange(possible.Where(_ => _random.Next(2) == 0));
    }

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="longestWrite">How many seconds Meet's lists lag behind its webhooks at most.</param>
    /// <param name="trace">Gets what happens.</param>
    /// <returns>
    /// What is wrong at the end, or what was appended although something newer stood in the log; or null.
    /// </returns>
    public static string? Of(
        int seed,
        double longestWrite = 3.5,
        List<string>? trace = null)
    {
        using var run = new RandomRun(seed, longestWrite, trace);
        return run.Run() ?? run._world.Redis.StepBack;
    }

    public void Dispose() => _world.Dispose();

    private string? Run()
    {
        _world.Run(TimeSpan.FromSeconds(Pick(20, 60, 120)), () =>
        {
            if (_random.NextDouble() < _rate)
                Meet();
            if (_random.NextDouble() < _noise)
                _world.Redis.Append("{\"event\":\"participantJoined\",\"creationDate\":1,\"data\":{}}"u8.ToArray());
            foreach (var (rate, happen) in _faults)
            {
                if (_random.NextDouble() < rate)
                    happen();
            }
        });

        Heal();
        var meet = _world.Meet;
        if (!_world.RunUntil(() => meet.Undelivered == 0 && !meet.IsWriting, 30))
            return "Meet never comes to rest.";
        _world.Log("the last fault is over");
        var quiet = _world.Now;
        _world.Run(Limit);
        var limit = Math.Max(Limit, 25 * 2 * meet.LongestList.TotalSeconds);
        _world.Run(limit - Limit);
        if (_world.Difference(meet.WasDeleted) is { } difference)
            return $"After {limit} s: {difference}";
        if (!meet.IsDeleting && _world.Difference() is null)
            return null;

        _world.RunUntil(() => !meet.IsDeleting, 60);
        _world.Run(Math.Max(limit, (quiet - _world.Now).TotalSeconds + DeletionLimit));
        return _world.Difference() is { } still ? $"After {DeletionLimit} s: {still}" : null;
    }

    private void Heal()
    {
        _isOver = true;
        _world.Redis.ComeBack();
        _world.Meet.Health = MeetHealth.Well;
        _world.Meet.Fails = 0;
        foreach (var node in _world.Nodes.ToList())
        {
            node.Lag = 0;
            node.Log.Loss = 0;
            node.Resume();
        }
    }

    private void Meet()
    {
        var meet = _world.Meet;
        var rooms = meet.Rooms.Where(id => !meet.IsBusy(id) && !meet.WasDeleted(id)).ToList();
        if (rooms.Count == 0 || _random.Next(12) == 0)
        {
            CreateRoom();
            return;
        }

        var room = rooms[_random.Next(rooms.Count)];
        var status = meet.StatusOf(room);
        switch (_random.Next(14))
        {
            case 0:
                meet.Remove(room);
                break;
            case 1:
                meet.SetStatus(room, status switch { "open" => "closed", "closed" => "open", _ => status! });
                break;
            case 2 when AnyApi() is { } api:
                api.DeleteRoom(
                    room,
                    afterMeeting: status == "active_meeting" && _random.Next(2) == 0,
                    TimeSpan.FromSeconds(_world.Uniform(0, _longestDeletion)));
                break;
            case 3 or 4 or 5:
                Record(room);
                break;
            default:
                if (status == "open")
                    meet.StartMeeting(room);
                else if (status == "active_meeting")
                    meet.EndMeeting(room, deletionTakes: _world.Uniform(0, _longestDeletion));
                break;
        }
    }

    private void CreateRoom()
    {
        var id = _world.Meet.NewId("r");
        if (_random.Next(2) == 0 && AnyApi() is { } api)
            api.CreateRoom(id);
        else
            _world.Meet.Create(ItemKind.Room, id);
    }

    private void Record(string room)
    {
        var meet = _world.Meet;
        var recordings = meet.Recordings
            .Where(id => meet.RoomOf(id) == room && !meet.IsBusy(id) && !meet.WasDeleted(id)).ToList();
        if (recordings.Count == 0)
        {
            var id = meet.NewId("rec");
            meet.Create(ItemKind.Recording, id, room: room, hasStart: _random.Next(3) > 0);
            meet.Progress(id, "starting", 0);
            return;
        }

        var recording = recordings[_random.Next(recordings.Count)];
        switch (meet.StatusOf(recording))
        {
            case "starting":
                meet.Progress(recording, "active");
                break;
            case "active":
                meet.Progress(recording, "ending");
                break;
            case "ending":
                meet.Progress(recording, "complete");
                break;
            default:
                meet.Remove(recording);
                break;
        }
    }

    private void Pause(Node node) => For(Pick(0.5, 6, 20), node.Pause, node.Resume);

    private void Lag(Node node)
    {
        _world.Log("lag", node.Name);
        For(
            10,
            () =>
            {
                node.Lag = Pick(0.3, 2);
                node.Log.Loss = Pick(0, 0.3);
            },
            () =>
            {
                node.Lag = 0;
                node.Log.Loss = 0;
            });
    }

    private void Sicken(MeetHealth health)
    {
        _world.Log("meet", health);
        For(Pick(1, 10, 25), () => _world.Meet.Health = health, () => _world.Meet.Health = MeetHealth.Well);
    }

    private void For(double seconds, Action begin, Action end)
    {
        begin();
        _world.Schedule(TimeSpan.FromSeconds(seconds), () =>
        {
            if (!_isOver)
                end();
        });
    }

    private void AskSomeApi() => AnyApi()?.Schedule.Ask();

    private Node AnyNode()
    {
        var nodes = _world.Nodes.ToList();
        return nodes[_random.Next(nodes.Count)];
    }

    private ApiNode? AnyApi()
    {
        var running = _world.Apis.Where(api => api.IsRunning).ToList();
        return running.Count == 0 ? null : running[_random.Next(running.Count)];
    }

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];
}
