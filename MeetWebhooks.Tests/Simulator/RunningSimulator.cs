using MeetWebhooks.Simulator;
using MeetWebhooks.Simulator.Recordings;
using MeetWebhooks.Simulator.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.Simulator;

/// <summary>
/// A simulator alone, on a free port, in which recordings start and end at once. Its clock stands at the day of the
/// captures, goes on by 1 ms whenever it is read (so that no two webhooks have the same date), and else as the test says.
/// </summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSimulator(WebApplication app, FakeTimeProvider time) => (_app, Time) = (app, time);

    public FakeTimeProvider Time { get; }

    /// <summary>All that the simulator logs.</summary>
    public LogText Log { get; private init; } = null!;

    public MeetState Meet => _app.Services.GetRequiredService<MeetState>();

    /// <summary>A client without an API key.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <param name="webhookUrl">Where webhooks go; none are sent by default.</param>
    public static async Task<RunningSimulator> StartAsync(string webhookUrl = "")
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 14, 50, 0, TimeSpan.Zero))
        {
            AutoAdvanceAmount = TimeSpan.FromMilliseconds(1),
        };
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogText();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration["Simulator:WebhookUrl"] = webhookUrl;
        builder.Configuration["Simulator:RecordingDelay"] = "00:00:00";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddSimulator();
        var simulator = new RunningSimulator(builder.Build(), time) { Log = log };
        simulator._app.MapSimulator();
        await simulator._app.StartAsync(TestContext.Current.CancellationToken);
        simulator.Client.BaseAddress = new Uri(simulator._app.Urls.First());
        return simulator;
    }

    /// <summary>Creates a room and lets things happen in it.</summary>
    /// <param name="roomName">The room's name.</param>
    /// <param name="steps">One after another, for example <c>meeting record complete end</c>.</param>
    /// <returns>The room's id, and that of its recording.</returns>
    public async Task<(string RoomId, string? RecordingId)> CreateRoomAsync(string roomName, string steps = "")
    {
        var roomId = Meet.CreateRoom(
            new NewRoom(roomName, null, AutoDeletionPolicy.Default, RoomConfig.Default)).RoomId;
        string? recordingId = null;
        foreach (var step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (step)
            {
                case "meeting":
                    Meet.StartMeeting(roomId);
                    break;
                case "record":
                    recordingId = Meet.StartRecording(roomId).RecordingId;
                    break;
                case "end":
                    Meet.EndMeeting(roomId);
                    break;
                case "close":
                    Meet.SetStatus(roomId, RoomStatus.Closed);
                    break;
                case "delete-when-meeting-ends":
                    Meet.DeleteRoom(roomId, DeletionPolicy.WhenMeetingEnds, DeletionPolicy.Force);
                    break;
                case "force-delete":
                    Meet.DeleteRoom(roomId, DeletionPolicy.Force, DeletionPolicy.Force);
                    break;
                case "force-close":
                    Meet.DeleteRoom(roomId, DeletionPolicy.Force, DeletionPolicy.Close);
                    break;
                case "until-ended":
                    Time.Advance(TimeSpan.FromSeconds(1));
                    await Eventually.TrueAsync(() => Meet.FindRoom(roomId) is not { IsActive: true });
                    break;
                case "20-s-later":
                    Time.Advance(TimeSpan.FromSeconds(20));
                    await Eventually.TrueAsync(() =>
                        Meet.GetRecording(recordingId!).Status != RecordingStatus.Aborted);
                    break;
                default:
                    Assert.Contains(step, RecordingStatus.Ends);
                    Meet.StopRecording(roomId, step);
                    break;
            }
        }

        return (roomId, recordingId);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return _app.DisposeAsync();
    }
}
