using System.Text.Json;
using MeetWebhooks.Api.Meet;

namespace MeetWebhooks.Tests.Api.Meet;

public sealed class SharedListTests
{
    private readonly List<TaskCompletionSource<MeetList>> _readings = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_does_not_get_a_reading_that_began_before_it_and_starts_none_of_its_own()
    {
        var list = new SharedList(ReadAsync);
        var first = list.ReadAsync(Cancel);
        await StartedAsync(1);

        var later = Enumerable.Range(0, 100).Select(_ => list.ReadAsync(Cancel)).ToList();
        _readings[0].SetResult(List("1"));
        await first;
        await StartedAsync(2);
        Assert.DoesNotContain(later, request => request.IsCompleted);
        var last = list.ReadAsync(Cancel);
        _readings[1].SetResult(List("2"));
        var answers = await Task.WhenAll(later);
        await StartedAsync(3);
        _readings[2].SetResult(List("3"));

        Assert.Single(answers.Distinct());
        Assert.NotSame(await first, answers[0]);
        Assert.NotSame(answers[0], await last);
    }

    [Fact]
    public async Task A_reading_that_fails_or_is_not_waited_for_does_not_hold_up_the_next()
    {
        var list = new SharedList(ReadAsync);
        using var impatient = new CancellationTokenSource();
        var failed = list.ReadAsync(Cancel);
        var cancelled = list.ReadAsync(impatient.Token);
        await StartedAsync(1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var next = list.ReadAsync(Cancel);

        _readings[0].SetException(new MeetException(502, "broken"));
        await Assert.ThrowsAsync<MeetException>(() => failed);
        await StartedAsync(2);
        _readings[1].SetResult(List("2"));

        Assert.Equal("2", (await next).Items[0].Text("roomId"));
    }

    [Fact]
    public async Task Equal_lists_are_not_held_twice()
    {
        var list = new SharedList(ReadAsync);

        var first = await NextAsync("a", "b");
        var equal = await NextAsync("a", "b");
        var longer = await NextAsync("a", "b", "c");
        var other = await NextAsync("a", "b", "d");

        Assert.Same(first.Items, equal.Items);
        Assert.NotSame(first, equal);
        Assert.Equal(3, longer.Items.Count);
        Assert.Equal("d", other.Items[2].Text("roomId"));

        async Task<MeetList> NextAsync(params string[] roomIds)
        {
            var request = list.ReadAsync(Cancel);
            var count = _readings.Count + 1;
            await StartedAsync(count);
            _readings[^1].SetResult(List(roomIds));
            return await request;
        }
    }

    private Task<MeetList> ReadAsync()
    {
        lock (_readings)
        {
            _readings.Add(new TaskCompletionSource<MeetList>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _readings[^1].Task;
        }
    }

    private Task StartedAsync(int count) => Eventually.TrueAsync(() =>
    {
        lock (_readings)
            return _readings.Count == count;
    });

    private static MeetList List(params string[] roomIds) => new(
        new LogPosition("log", 1),
        [.. roomIds.Select(id => new MeetItem(JsonElement.Parse($$"""{"roomId":"{{id}}"}""")))],
        Date: null);
}
