using MeetWebhooks.Api.Meet;
using MeetWebhooks.Api.Reconciliation;
using MeetWebhooks.Mirror;
using Microsoft.AspNetCore.Http;

namespace MeetWebhooks.Tests.Mirror.Simulation;

/// <summary>Meet's REST API as one Api sees it: each request takes time, or fails after 5 s.</summary>
internal sealed class SimulatedMeetReader(SimulatedMeet meet, Node node) : IMeetReader
{
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(5);

    private readonly World _world = node.World;

    public async Task<IReadOnlyList<MeetItem>> ListAsync(ItemKind kind, CancellationToken cancellationToken)
    {
        _world.Log($"{node.Name} reads", kind);
        var start = _world.Now;
        var items = new List<MeetItem>();
        while (true)
        {
            var offset = items.Count;
            var page = await AskAsync(there => there.Page(kind, offset), cancellationToken);
            items.AddRange(page);
            if (page.Count < meet.PageSize)
            {
                meet.Read(_world.Now - start);
                return items;
            }
        }
    }

    public Task<MeetItem?> FindAsync(ItemKind kind, string id, CancellationToken cancellationToken) =>
        AskAsync(there => there.Find(kind, id), cancellationToken);

    /// <summary>Has Meet carry out a command.</summary>
    /// <returns>Null where Meet did not answer.</returns>
    public async Task<T?> TryAsync<T>(Func<SimulatedMeet, T> command)
    {
        try
        {
            return await AskAsync(command, CancellationToken.None);
        }
        catch (MeetException)
        {
            return default;
        }
    }

    private async Task<T> AskAsync<T>(Func<SimulatedMeet, T> question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>();
        _world.Schedule(Latency(), () =>
        {
            if (meet.Health == MeetHealth.Hangs)
                return;
            if (meet.Health == MeetHealth.Away)
                _world.Schedule(Latency(), () => node.Do(() => answer.TrySetException(Failure())));
            else
            {
                var result = question(meet);
                _world.Schedule(Latency(), () => node.Do(() => answer.TrySetResult(result)));
            }
        });
        try
        {
            return await answer.Task.WaitAsync(LongestRequest, node.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failure();
        }
    }

    private static MeetException Failure() => new(StatusCodes.Status502BadGateway, "OpenVidu Meet does not answer.");

    private TimeSpan Latency() =>
        TimeSpan.FromSeconds(meet.Health == MeetHealth.Slow ? _world.Uniform(0.2, 2.6) : _world.Uniform(0, 0.025));
}
