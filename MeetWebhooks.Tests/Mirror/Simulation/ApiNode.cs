using System.Diagnostics.Metrics;
using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.Mirror;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>An Api: a mirror, the comparison with Meet's lists, and commands.</summary>
internal sealed class ApiNode : Node
{
    private readonly Meters _meters = new();
    private readonly SimulatedMeetReader _meet;

    public ApiNode(World world, TimeSpan clockSkew)
        : base(world, clockSkew)
    {
        _meet = new SimulatedMeetReader(world.Meet, this);
        var recent = new RecentEvents(Mirror, Time);
        var metrics = new ReconciliationMetrics(_meters, Mirror);
        var writer = new DifferenceWriter(Mirror, Log, recent, metrics, Time);
        Events = new CommandEvents(_meet, Log, recent, writer, Time, NullLogger<CommandEvents>.Instance);
        var reconciler = new Reconciler(_meet, Mirror, recent, writer, metrics, Time, NullLogger<Reconciler>.Instance);
        Schedule = new ReconciliationSchedule(
            reconciler,
            new SnapshotKeeper(Mirror, writer, Options.Create(world.LogOptions), Time),
            Mirror,
            Log,
            Options.Create(new MeetOptions()),
            Time,
            new FailOnError(this));
        Keep(() => Schedule.RunAsync(CancellationToken.None));
    }

    public CommandEvents Events { get; }

    public ReconciliationSchedule Schedule { get; }

    /// <summary>Creates a room, as a user of the page does.</summary>
    public void CreateRoom(string id) => Keep(async () =>
    {
        var began = Time.GetTimestamp();
        if (await _meet.TryAsync(meet => meet.Create(ItemKind.Room, id)) is { } room)
            await Events.RoomCreatedAsync(room, began);
    });

    /// <summary>Deletes a room, as a user of the page does, together with its meeting and its recordings.</summary>
    /// <param name="id">The room.</param>
    /// <param name="afterMeeting">Whether a meeting goes on.</param>
    /// <param name="takes">How long Meet takes to delete it after it has answered.</param>
    public void DeleteRoom(string id, bool afterMeeting, TimeSpan takes) => Keep(async () =>
    {
        var answer = await _meet.TryAsync(meet => meet.Delete(id, afterMeeting, takes) ? meet : null);
        if (answer is null)
            return;
        if (afterMeeting)
            await Events.RoomUpdatedAsync(id);
        else
            await Events.DeletedAsync(ItemKind.Room, id);
    });

    public override void Dispose()
    {
        base.Dispose();
        _meters.Dispose();
    }

    /// <summary>The schedule logs an error only where something unexpected is thrown.</summary>
    private sealed class FailOnError(ApiNode api) : Microsoft.Extensions.Logging.ILogger<ReconciliationSchedule>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            api.Keep(() => Task.FromException(exception ?? new InvalidOperationException(formatter(state, exception))));
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _all = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options.Name);
            _all.Add(meter);
            return meter;
        }

        public void Dispose() => _all.ForEach(meter => meter.Dispose());
    }
}
