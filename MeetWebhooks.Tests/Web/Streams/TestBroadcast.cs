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

    /// <summary>The frame of the position at which a log begins.</summary>
    public static string AtStart => Encoding.ASCII.GetString(EventFrame.Position(new LogPosition("log", 0), TimeSpan.Zero));

    /// <summary>The frame that tells that events before that position are lost.</summary>
    public static string ResetAtStart => Encoding.ASCII.GetString(EventFrame.Reset(new LogPosition("log", 0))).TrimEnd();

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
        : Broadcast(TestBroadcast.Heartbeat, TimeSpan.Zero, test.Metrics, test.Time, test.Log)
    {
        public override ReadOnlySpan<byte> Heartbeat => "heartbeat "u8;

        public override Task RefreshAsync() => test.Refresh.Task;
    }
}
