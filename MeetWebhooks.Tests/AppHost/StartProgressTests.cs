using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using MeetWebhooks.AppHost.Start;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MeetWebhooks.Tests.AppHost;

public sealed class StartProgressTests : IDisposable
{
    private static readonly TimeSpan DisplayDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(30);

    private readonly DistributedApplication _application;
    private readonly ResourceNotificationService _notifications;
    private readonly FakeTimeProvider _time = new();
    private readonly LogText _log = new();
    private readonly Task _healthy;

    public StartProgressTests()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
        });
        builder.AddExecutable("first", "true", ".");
        builder.AddExecutable("second", "true", ".");
        builder.AddExecutable("optional", "true", ".").WithExplicitStart();
        _application = builder.Build();
        _notifications = _application.ResourceNotifications;
        using var logging = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _healthy = new StartProgress(
            _application.Services.GetRequiredService<DistributedApplicationModel>(),
            _notifications,
            _application.Services.GetRequiredService<ResourceLoggerService>(),
            _time,
            logging.CreateLogger<StartProgress>()).WaitUntilHealthyAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task The_resources_that_start_are_shown_and_shown_again_where_they_take_long()
    {
        await PublishAsync("first", KnownResourceStates.Starting);
        await PublishAsync("second", KnownResourceStates.Waiting);
        await ShowsAsync(DisplayDelay, "Waiting for first ...");

        await ShowsAsync(ReminderInterval, "Still waiting for first.");

        await PublishAsync("first", KnownResourceStates.Running);
        await PublishAsync("second", KnownResourceStates.Starting);
        await ShowsAsync(DisplayDelay, "Waiting for second ...");
    }

    [Fact]
    public async Task All_resources_but_those_that_a_person_starts_must_be_healthy()
    {
        await PublishAsync("first", KnownResourceStates.Running);
        Assert.False(_healthy.IsCompleted);

        await PublishAsync("second", KnownResourceStates.Running);

        await _healthy.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
    }

    private Task PublishAsync(string name, string state) => _notifications.PublishUpdateAsync(
        _application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == name),
        snapshot => snapshot with { State = state });

    // The progress takes in what was published on a thread of its own.
    private Task ShowsAsync(TimeSpan delay, string line) => Eventually.TrueAsync(() =>
    {
        _time.Advance(delay);
        return _log.Has(line);
    });
}
