using System.Text;
using MeetWebhooks.Web.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.Web.Streams;

/// <summary>A broadcast with a clock that the test sets and a refresh that the test ends.</summary>
internal sealed class TestBroadcast : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<StreamMetrics>()
        .BuildServiceProvider();

    public TestBroadcast()
    {
        Metrics = _services.GetRequiredService<StreamMetrics>();
        Broadcast = new Subject(this);
    }

    /// <summary>How often a heartbeat is due.</summary>
    public static TimeSpan Heartbeat { get; } = TimeSpan.FromSeconds(15);

    public Broadcast Broadcast { get; }

    public StreamMetrics Metrics { get; }

    public FakeTimeProvider Time { get; } = new();

    public LogText Log { get; } = new();

    /// <summary>Ends when the test says so.</summary>
    public TaskCompletionSource Refresh { get; } = new();

    public void Dispose()
    {
        Broadcast.Dispose();
        _services.Dispose();
    }

    private sealed class Subject(TestBroadcast test)
        : Broadcast(TestBroadcast.Heartbeat, test.Metrics, test.Time, test.Log)
    {
        public override ReadOnlySpan<byte> Heartbeat => "heartbeat "u8;

        public override ReadOnlySpan<byte> Position(LogPosition position) => Encoding.ASCII.GetBytes($"at:{position} ");

        public override ReadOnlySpan<byte> Goodbye => "goodbye "u8;

        public override ReadOnlySpan<byte> Reset(LogPosition position) => Encoding.ASCII.GetBytes($"reset:{position} ");

        public override Task RefreshAsync() => test.Refresh.Task;
    }
}
