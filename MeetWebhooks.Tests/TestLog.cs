using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeetWebhooks.Tests;

/// <summary>The log over a connection of the test's own.</summary>
internal static class TestLog
{
    /// <summary>The log with the default settings, or others.</summary>
    public static WebhookLog Of(IConnectionMultiplexer redis, WebhookLogOptions? options = null) => new(
        new LogConnection(() => redis, TimeProvider.System, NullLogger<LogConnection>.Instance),
        Options.Create(options ?? new WebhookLogOptions()),
        NullLogger<WebhookLog>.Instance);
}
